// sealgate crl list: the lists that are there, and how their sources do.

#include <map>
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

using nlohmann::ordered_json;

struct Listed {
  std::vector<certificates::Crl> lists;
  std::map<std::string, revocation::ListOrigin> origins;  ///< by Crl::sha256()
  std::vector<ListedSource> sources;
};

Result<Listed> look(store::Store& store) {
  Listed listed;
  SG_TRY_ASSIGN(listed.lists, store.certificates().list_crls());
  SG_TRY_ASSIGN(auto origins, revocation::load_origins(store.memos()));
  for (auto& origin : origins) {
    std::string sha256 = origin.sha256;
    listed.origins.emplace(std::move(sha256), std::move(origin));
  }
  SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
  SG_TRY_ASSIGN(listed.sources, all_sources(store, snapshot.set));
  return listed;
}

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

bool is_stale(const certificates::Crl& list, Time now) {
  return list.next_update() && *list.next_update() < now;
}

void print_tables(const Listed& listed, Time now) {
  std::vector<std::vector<std::string>> rows;
  for (const certificates::Crl& list : listed.lists) {
    const auto origin = listed.origins.find(list.sha256());
    const bool known = origin != listed.origins.end();
    rows.push_back({list.issuer(), list.number().empty() ? "-" : list.number(), kind_of(list),
                    std::to_string(list.revoked_count()), age_of(list.this_update(), now),
                    when(list.next_update()) + (is_stale(list, now) ? " (over)" : ""),
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

ordered_json time_json(const std::optional<Time>& time) {
  return time ? ordered_json(to_rfc3339(*time)) : ordered_json();
}

void print_document(const Listed& listed, Time now) {
  ordered_json lists = ordered_json::array();
  for (const certificates::Crl& list : listed.lists) {
    const auto origin = listed.origins.find(list.sha256());
    const bool known = origin != listed.origins.end();
    lists.push_back(
        {{"issuer", list.issuer()},
         {"number", list.number()},
         {"delta", list.is_delta()},
         {"revoked", list.revoked_count()},
         {"this_update", to_rfc3339(list.this_update())},
         {"age_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - list.this_update()).count()},
         {"next_update", time_json(list.next_update())},
         {"stale", is_stale(list, now)},
         {"sha256", list.sha256()},
         {"fetched", known ? time_json(origin->second.fetched) : ordered_json()},
         {"source", known ? ordered_json(origin->second.address) : ordered_json()}});
  }
  ordered_json sources = ordered_json::array();
  for (const auto& [state, followed] : listed.sources) {
    sources.push_back({{"source", state.source.address},
                       {"configured", state.source.configured},
                       {"followed", followed},
                       {"asked", time_json(state.asked)},
                       {"fetched", time_json(state.fetched)},
                       {"next", state.asked && followed ? ordered_json(to_rfc3339(state.next)) : ordered_json()},
                       {"failures", state.failures},
                       {"failure", state.failure},
                       {"failure_code", state.failure_code},
                       {"lists", state.lists}});
  }
  print_json({{"lists", lists}, {"sources", sources}});
}

}  // namespace

int run_crl_list(const Args& args) {
  CLI::App app{"List the revocation lists that are there, and how their sources do"};
  configure_app(app, "sealgate crl list", "  sealgate crl list\n  sealgate crl list -o json\n");
  StoreChoice choice;
  std::string output = "table";
  app.add_option("-o", output, "Form of the output: table or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_store_options(app, choice);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(choice, false);
  if (!store) return print_error(store.error());
  const auto listed = look(**store);
  if (!listed) return print_error(listed.error());
  const Time now = (*store)->clock().now();
  if (output == "json") {
    print_document(*listed, now);
  } else {
    print_tables(*listed, now);
  }
  return 0;
}

}  // namespace sealgate::cli
