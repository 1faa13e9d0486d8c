// sealgate suspended: what waits for somebody, by its reason; all of it that a filter leaves resumed or given up.

#include <array>
#include <cstdio>

#include "cli/api_client.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/shown_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"

namespace sealgate::cli {
namespace {

/// "Orders 3, Invoices"; the count where there is more than one name.
std::string names_of(const Json& counts) {
  std::string text;
  for (const Json& one : counts) {
    text += (text.empty() ? "" : ", ") + one.value("name", "");
    if (counts.size() > 1) text += " " + std::to_string(one.value("count", std::int64_t{0}));
  }
  return text.empty() ? "-" : text;
}

int list(const Place& place, const std::string& output) {
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  const auto found = (*api)->json({"GET", "/suspended"});
  if (!found) return print_error(found.error());
  if (is_document(output)) {
    print_document(*found, output);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& group : found->value("groups", Json::array())) {
    rows.push_back({std::to_string(group.value("count", std::int64_t{0})), group.value("code", ""),
                    names_of(group.value("ports", Json::array())), names_of(group.value("parties", Json::array())),
                    group.value("newest", ""), group.value("example", ""), group.value("remedy", "")});
  }
  if (!is_appending()) std::puts(printable(found->value("sentence", "")).c_str());
  if (!rows.empty()) print_table({"COUNT", "CODE", "PORTS", "PARTIES", "NEWEST", "ID", "REMEDY"}, rows);
  return 0;
}

int run_suspended_list(const Args& args) {
  return run_shown(args, "List suspended work by its reason, the largest group first, with the remedy",
                   "suspended list", "  sealgate suspended list\n  sealgate suspended list --watch=10\n", list);
}

struct ChangeOptions {
  Place place;
  std::string code, port, party, kind, output;
  bool force = false;
  bool all = false;
  bool dry_run = false;
};

void add_up(Json& all, const Json& one) {
  if (all.is_null()) {
    all = one;
    return;
  }
  all["count"] = all.value("count", std::int64_t{0}) + one.value("count", std::int64_t{0});
  for (const Json& port : one.value("ports", Json::array())) {
    bool found = false;
    for (Json& known : all["ports"]) {
      if (known["name"] != port["name"]) continue;
      known["count"] = known["count"].get<std::int64_t>() + port["count"].get<std::int64_t>();
      found = true;
    }
    if (!found) all["ports"].push_back(port);
  }
  all["stay"] = one.value("stay", Json::array());
  all["more"] = one.value("more", false);
}

/// A call changes a limited number; more calls follow while there is more.
Result<Json> change_all(ApiClient& api, const ApiRequest& request, bool dry_run) {
  Json all;
  for (;;) {
    SG_TRY_ASSIGN(const Json one, api.json(request));
    add_up(all, one);
    if (dry_run || !one.value("more", false) || one.value("count", std::int64_t{0}) == 0) return all;
  }
}

int change(const ChangeOptions& options, const std::string& operation, const std::string& done) {
  if (options.all == !(options.code + options.port + options.party + options.kind).empty()) {
    return print_usage_error("say which by --code, --port, --party or --kind, or --all",
                             "sealgate suspended " + operation);
  }
  const auto api = ApiClient::open(options.place);
  if (!api) return print_error(api.error());
  Json filter = Json::object();
  for (const auto& [name, value] : {std::pair{"code", options.code}, std::pair{"port", options.port},
                                    std::pair{"party", options.party}, std::pair{"kind", options.kind}}) {
    if (!value.empty()) filter[name] = value;
  }
  if (options.force) filter["force"] = true;
  ApiRequest request{"POST", "/suspended" + segment(operation)};
  request.body = filter.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (options.dry_run) request.query.emplace_back("dry-run", "true");
  const auto result = change_all(**api, request, options.dry_run);
  if (!result) return print_error(result.error());
  int status = 0;
  for (const Json& stay : result->value("stay", Json::array())) {
    const Error error = error_of(stay.value("error", Json::object()));
    const int code = is_document(options.output)
                         ? exit_status(error.code.error_class)
                         : print_error(Error{error.code,
                                             std::to_string(stay.value("count", std::int64_t{0})) +
                                                 (options.dry_run ? " would stay: " : " stay: ") + error.what,
                                             error.where, error.remedy});
    if (status == 0) status = code;
  }
  if (is_document(options.output)) {
    print_document(*result, options.output);
    return status;
  }
  for (const Json& port : result->value("ports", Json::array())) {
    std::printf("%s  %s\n", std::to_string(port.value("count", std::int64_t{0})).c_str(),
                printable(port.value("name", "")).c_str());
  }
  std::printf("%lld %s%s\n", static_cast<long long>(result->value("count", std::int64_t{0})), done.c_str(),
              options.dry_run ? " (dry run: nothing was done)" : "");
  return status;
}

int run_change(const Args& args, const std::string& operation, const std::string& done, const std::string& summary) {
  CLI::App app(summary);
  configure_app(app, "sealgate suspended " + operation,
                "  sealgate suspended " + operation +
                    " --code messaging.port-stopped --dry-run\n  sealgate suspended " + operation +
                    " --port Orders\n  sealgate suspended " + operation + " --all\n");
  ChangeOptions options;
  app.add_option("--code", options.code, "Only what is suspended for this code")->type_name("CODE");
  app.add_option("--port", options.port, "Only of this port")->type_name("PORT");
  app.add_option("--party", options.party, "Only messages from this party or to it")->type_name("PARTY");
  app.add_option("--kind", options.kind, "Only this kind of work: receive, route, send, respond, receipt, await")
      ->type_name("WORK")
      ->check(CLI::IsMember({"receive", "route", "send", "respond", "receipt", "await"}));
  app.add_flag("--all", options.all, "All that is suspended");
  if (operation == "resume") app.add_flag("--force", options.force, "Also what waits for a port that is not started");
  app.add_flag("--dry-run", options.dry_run, "Count it, and do nothing");
  add_form_option(app, options.output);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  return change(options, operation, done);
}

int run_suspended_resume(const Args& args) {
  return run_change(args, "resume", "resumed", "Resume all suspended work that the options leave");
}

int run_suspended_terminate(const Args& args) {
  return run_change(args, "terminate", "terminated", "Give up all suspended work that the options leave");
}

constexpr std::array kMembers = {
    Command{"list", "List suspended work by its reason, with the remedy", run_suspended_list},
    Command{"resume", "Resume all of it that a filter leaves", run_suspended_resume},
    Command{"terminate", "Give up all of it that a filter leaves", run_suspended_terminate},
};
constexpr Family kFamily{"suspended", "What waits for somebody, by its reason", kMembers,
                         "One message alone: sealgate message show, resume or terminate."};

}  // namespace

int run_suspended(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
