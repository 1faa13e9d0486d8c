#include "probe/report.h"

#include <algorithm>

namespace sealgate::probe {

void Report::add(audit::Severity severity, const ErrorCode& code, std::string what, std::string where,
                 std::string remedy) {
  findings.push_back({severity, code.id, std::move(what), std::move(where), std::move(remedy), {}});
  if (severity == audit::Severity::Error && !verdict) verdict = code;
}

void Report::add(audit::Severity severity, const Error& error) {
  add(severity, error.code, error.what, error.where, error.remedy);
}

const audit::Finding* Report::decisive() const {
  const auto found = std::ranges::find(findings, audit::Severity::Error, &audit::Finding::severity);
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace sealgate::probe
