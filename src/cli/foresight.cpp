#include "cli/foresight.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "artifacts/scalars.h"
#include "cli/errors.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

Colour colour_of(audit::Severity severity) {
  if (severity == audit::Severity::Error) return Colour::Red;
  return severity == audit::Severity::Warning ? Colour::Yellow : Colour::Dim;
}

}  // namespace

void print_findings(const std::vector<audit::Finding>& findings, const std::string& nothing) {
  const bool colours = use_colours(stdout);
  if (findings.empty()) std::puts(nothing.c_str());
  for (const audit::Finding& finding : findings) {
    const std::string title = std::string(to_string(finding.severity)) + ": " + finding.what +
                              (finding.at ? ", from " + to_rfc3339(*finding.at) + " on" : std::string());
    std::puts(coloured(printable(title), colour_of(finding.severity), colours).c_str());
    if (!finding.where.empty()) print_field("Where", finding.where);
    if (!finding.remedy.empty()) print_field("Remedy", finding.remedy);
    print_field("Code", std::string(finding.code));
  }
}

Result<Time> time_within(const std::string& text, Time now) {
  const auto duration = artifacts::parse_duration(text);
  if (!duration || *duration < artifacts::Duration(0)) {
    return fail(kBadOption, "'" + text + "' is no length of time", {}, "write 30d, 36h or 45m");
  }
  return now + *duration;
}

}  // namespace sealgate::cli
