// sealgate crl list: the lists that are there, and how their sources do.

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/cert_describe.h"
#include "cli/crl_command.h"
#include "cli/data_folder.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

/// "3 d", "5 h", "2 min": since then.
std::string age_of(Time then, Time now) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - then).count();
  if (minutes >= 48 * 60) return std::to_string(minutes / (24 * 60)) + " d";
  if (minutes >= 120) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes) + " min";
}

std::string when(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : "-";
}

std::string kind_of(const certificates::Crl& list) {
  return list.is_delta() ? "delta" : "complete";
}

void print_tables(const admin::RevocationLists& listed, Time now) {
  std::vector<std::vector<std::string>> rows;
  for (const certificates::Crl& list : listed.lists) {
    const auto origin = listed.origins.find(list.sha256());
    const bool known = origin != listed.origins.end();
    rows.push_back({list.issuer(), list.number().empty() ? "-" : list.number(), kind_of(list),
                    std::to_string(list.revoked_count()), age_of(list.this_update(), now),
                    when(list.next_update()) + (admin::is_stale(list, now) ? " (over)" : ""),
                    known ? to_rfc3339(origin->second.fetched) : "-", known ? origin->second.address : "by hand"});
  }
  print_table({"ISSUER", "NUMBER", "KIND", "REVOKED", "AGE", "NEXT UPDATE", "FETCHED", "SOURCE"}, rows);
  std::puts("");
  rows.clear();
  for (const auto& [state, followed] : listed.sources) {
    rows.push_back({state.source.address, when(state.asked), when(state.fetched),
                    !followed     ? "no longer followed"
                    : state.asked ? to_rfc3339(state.next)
                                  : "now",
                    std::to_string(state.failures), state.failure.empty() ? "-" : state.failure});
  }
  print_table({"SOURCE", "ASKED", "LAST SUCCESS", "NEXT", "FAILURES", "LAST FAILURE"}, rows);
}

int list(const StoreChoice& choice, const std::string& output) {
  const auto store = open_chosen_store(choice, false);
  if (!store) return print_error(store.error());
  const auto listed = admin::look_at_lists(**store);
  if (!listed) return print_error(listed.error());
  const Time now = (*store)->clock().now();
  if (is_document(output)) {
    print_document(admin::lists_json(*listed, now), output);
  } else {
    print_tables(*listed, now);
  }
  return 0;
}

}  // namespace

int run_crl_list(const Args& args) {
  CLI::App app{"List the revocation lists that are there, and how their sources do"};
  configure_app(app, "sealgate crl list", "  sealgate crl list\n  sealgate crl list -o json\n");
  StoreChoice choice;
  std::string output = "table";
  Watch watch;
  add_form_option(app, output);
  add_watch_option(app, watch);
  add_store_options(app, choice);
  if (const auto status = parse(app, args)) return *status;
  return run_watch(app, watch, [&] { return list(choice, output); });
}

}  // namespace sealgate::cli
