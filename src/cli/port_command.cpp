// sealgate port, group, location: started and stopped, enabled and disabled, one by one.

#include <array>
#include <cstdio>

#include "cli/output.h"
#include "cli/parse.h"
#include "cli/remote_configuration.h"
#include "cli/shown_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"

namespace sealgate::cli {
namespace {

/// A state that something is put into, in the words of the API.
struct Change {
  std::string command;  ///< "port start"
  std::string summary;
  std::string path;   ///< "/send-ports"
  std::string value;  ///< what help shows for a name: "SEND-PORT"
  std::string body;
};

/// The first failure decides the exit status; the others are still tried.
int change(const Place& place, const std::vector<std::string>& names, const Change& wanted) {
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  int status = 0;
  for (const std::string& name : names) {
    ApiRequest request{"PUT", wanted.path + segment(name) + "/state"};
    request.body = wanted.body;
    const auto answer = (*api)->json(request);
    if (!answer) {
      const int failed = print_error(answer.error());
      if (status == 0) status = failed;
      continue;
    }
    for (const ShownChange& shown : applied_of(*answer).changes) print_change(shown);
  }
  return status;
}

int run_change(const Args& args, const Change& wanted) {
  CLI::App app(wanted.summary);
  configure_app(app, "sealgate " + wanted.command, "  sealgate " + wanted.command + " Orders\n");
  std::vector<std::string> names;
  Place place;
  app.add_option("NAME", names, "Its name; several one after the other")->type_name(wanted.value)->required();
  add_place_options(app, place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, place);
  return change(place, names, wanted);
}

constexpr const char* kStarted = R"({"state": "started"})";
constexpr const char* kStopped = R"({"state": "stopped"})";
constexpr const char* kBound = R"({"state": "bound"})";

int run_port_start(const Args& args) {
  return run_change(
      args, {"port start", "Start send ports: what waits for them is sent", "/send-ports", "SEND-PORT", kStarted});
}
int run_port_stop(const Args& args) {
  return run_change(args, {"port stop", "Stop send ports: they take messages, which wait until they are started",
                           "/send-ports", "SEND-PORT", kStopped});
}
int run_port_unenlist(const Args& args) {
  return run_change(args, {"port unenlist", "Unenlist send ports: they take no messages any more", "/send-ports",
                           "SEND-PORT", kBound});
}
int run_group_start(const Args& args) {
  return run_change(args, {"group start", "Start send port groups", "/send-port-groups", "GROUP", kStarted});
}
int run_group_stop(const Args& args) {
  return run_change(args, {"group stop", "Stop send port groups: they take messages, which wait", "/send-port-groups",
                           "GROUP", kStopped});
}
int run_group_unenlist(const Args& args) {
  return run_change(args, {"group unenlist", "Unenlist send port groups: they take no messages any more",
                           "/send-port-groups", "GROUP", kBound});
}
int run_location_enable(const Args& args) {
  return run_change(args, {"location enable", "Enable receive locations", "/receive-locations", "LOCATION",
                           R"({"enabled": true})"});
}
int run_location_disable(const Args& args) {
  return run_change(args, {"location disable", "Disable receive locations: they receive nothing",
                           "/receive-locations", "LOCATION", R"({"enabled": false})"});
}

constexpr std::size_t kMostLocations = 100'000;

int list_locations(const Place& place, const std::string& output) {
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  bool more = false;
  const auto all = (*api)->items({"GET", "/receive-locations"}, kMostLocations, more);
  if (!all) return print_error(all.error());
  if (is_document(output)) {
    print_document(Json(*all), output);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : *all) {
    rows.push_back({one.value("name", ""), one.value("port", ""), one.value("enabled", false) ? "yes" : "no",
                    one.value("host", ""), one.value("adapter", ""), one.value("address", ""),
                    one.value("pipeline", "")});
  }
  print_table({"NAME", "PORT", "ENABLED", "HOST", "ADAPTER", "ADDRESS", "PIPELINE"}, rows);
  return 0;
}

int run_location_list(const Args& args) {
  return run_shown(args, "List the receive locations of all ports", "location list",
                   "  sealgate location list\n  sealgate location list -o json\n", list_locations);
}

constexpr std::array kPortMembers = {
    Command{"start", "Start send ports: what waits for them is sent", run_port_start},
    Command{"stop", "Stop send ports, or enlist them: messages wait until they are started", run_port_stop},
    Command{"unenlist", "Unenlist send ports: they take no messages any more", run_port_unenlist},
};
constexpr Family kPorts{"port", "Start and stop send ports", kPortMembers,
                        "States: bound (unenlisted), stopped, started. 'sealgate get SendPort' lists them."};

constexpr std::array kGroupMembers = {
    Command{"start", "Start send port groups", run_group_start},
    Command{"stop", "Stop send port groups, or enlist them", run_group_stop},
    Command{"unenlist", "Unenlist send port groups: they take no messages any more", run_group_unenlist},
};
constexpr Family kGroups{"group", "Start and stop send port groups", kGroupMembers,
                         "'sealgate get SendPortGroup' lists them."};

constexpr std::array kLocationMembers = {
    Command{"list", "List the receive locations of all ports", run_location_list},
    Command{"enable", "Enable receive locations", run_location_enable},
    Command{"disable", "Disable receive locations", run_location_disable},
};
constexpr Family kLocations{"location", "List, enable and disable receive locations", kLocationMembers, ""};

}  // namespace

int run_port(const Args& args) {
  return run_family(kPorts, args);
}
int run_group(const Args& args) {
  return run_family(kGroups, args);
}
int run_location(const Args& args) {
  return run_family(kLocations, args);
}

}  // namespace sealgate::cli
