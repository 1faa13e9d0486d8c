#include "audit/finding.h"

#include <algorithm>
#include <tuple>

namespace sealgate::audit {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "error";
}

std::optional<Severity> parse_severity(std::string_view word) {
  for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error}) {
    if (word == to_string(severity)) return severity;
  }
  return std::nullopt;
}

void sort_findings(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    // An absent time is less than any.
    return std::tie(b.severity, a.at, a.code, a.where) < std::tie(a.severity, b.at, b.code, b.where);
  });
}

}  // namespace sealgate::audit
