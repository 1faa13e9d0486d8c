// sealgate check: what would fail now, or until a date, before a message finds out.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audit/check.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate check                                # now\n"
    "  sealgate check --within 30d                   # now, or at any moment of the next 30 days\n"
    "  sealgate check --at 2027-01-01T00:00:00Z -o json\n";

struct CheckOptions {
  StoreChoice where;
  std::string at;
  std::string within;
  std::string output = "table";
};

/// 0: nothing fails. 7: only revocation stands in the way. 6: anything else.
int status_of(const std::vector<audit::Finding>& findings) {
  int status = 0;
  for (const audit::Finding& finding : findings) {
    if (finding.severity != audit::Severity::Error) continue;
    const bool revocation = finding.code == audit::kRevoked || finding.code == audit::kNoRevocationList;
    if (!revocation) return exit_status(ErrorClass::Trust);
    status = exit_status(ErrorClass::Revocation);
  }
  return status;
}

Result<Time> until(const CheckOptions& options, Time now) {
  if (!options.at.empty()) return parse_rfc3339(options.at);
  if (!options.within.empty()) return time_within(options.within, now);
  return now;
}

int check(const CheckOptions& options) {
  const Time now = SystemClock().now();
  const auto end = until(options, now);
  if (!end) return print_error(end.error());
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const auto foresight = admin::look_ahead(**store, options.where.data);
  if (!foresight) return print_error(foresight.error());
  const auto looked = admin::check(**store, *foresight, now, *end);
  if (!looked) return print_error(looked.error());
  const std::vector<audit::Finding>& findings = *looked;
  if (is_document(options.output)) {
    print_document(admin::check_json(findings, now, std::max(now, *end)), options.output);
  } else {
    print_findings(findings,
                   "nothing would fail " + (*end > now ? "until " + to_rfc3339(*end) : "at " + to_rfc3339(now)));
  }
  return status_of(findings);
}

}  // namespace

int run_check(const Args& args) {
  CLI::App app(
      "Tell every assignment of a certificate that would fail now, or until a date, and what else ports lack");
  configure_app(app, "sealgate check", kExamples);
  CheckOptions options;
  Watch watch;
  auto* at = app.add_option("--at", options.at, "Look at every moment until this one (RFC 3339)")->type_name("TIME");
  app.add_option("--within", options.within, "Look so far ahead: 30d, 36h")->type_name("TIME")->excludes(at);
  add_form_option(app, options.output);
  add_watch_option(app, watch);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return run_watch(app, watch, [&] { return check(options); });
}

}  // namespace sealgate::cli
