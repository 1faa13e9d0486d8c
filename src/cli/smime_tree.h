#pragma once
// The decoder's report as a tree that a person can read.

#include <string>

#include "smime/report.h"

namespace sealgate::cli {

std::string draw_tree(const smime::Report& report, bool colours);

}  // namespace sealgate::cli
