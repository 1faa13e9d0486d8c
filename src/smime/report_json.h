#pragma once
// The decoder's report as JSON: the form that `sealgate smime decode --report` writes (docs/smime.md describes it).

#include <string>

#include "smime/report.h"

namespace sealgate::smime {

/// UTF-8, indented by two blanks, with a final line feed.
std::string to_json(const Report& report);

}  // namespace sealgate::smime
