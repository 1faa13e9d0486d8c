#pragma once
// One thing that somebody should know, as `sealgate check`, `sealgate audit` and an import print it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace sealgate::audit {

enum class Severity { Note, Warning, Error };
std::string_view to_string(Severity severity);  ///< note, warning, error
std::optional<Severity> parse_severity(std::string_view word);

struct Finding {
  Severity severity = Severity::Note;
  std::string_view code = {};  ///< stable: "check.expired", "audit.authentication-off"
  std::string what = {};
  std::string where = {};
  std::string remedy = {};
  std::optional<Time> at = {};  ///< from when on; absent: already now
};

/// The severest first, then by time, code and place.
void sort_findings(std::vector<Finding>& findings);

}  // namespace sealgate::audit
