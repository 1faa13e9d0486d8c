// sealgate host list: the host instances of the group.

#include <array>

#include "cli/api_client.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/shown_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"

namespace sealgate::cli {
namespace {

int list(const Place& place, const std::string& output) {
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  const auto answer = (*api)->json({"GET", "/host-instances"});
  if (!answer) return print_error(answer.error());
  const Json items = answer->value("items", Json::array());
  if (is_document(output)) {
    print_document(items, output);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items) {
    std::string leases;
    for (const Json& lease : one.value("leases", Json::array())) {
      leases += (leases.empty() ? "" : ", ") + lease.get<std::string>();
    }
    rows.push_back({one.value("name", ""), one.value("state", ""), one.value("address", ""), one.value("version", ""),
                    std::to_string(one.value("configuration", std::int64_t{0})), one.value("joined", ""),
                    leases.empty() ? "-" : leases});
  }
  print_table({"NAME", "STATE", "ADDRESS", "VERSION", "CONFIGURATION", "SINCE", "HOLDS"}, rows);
  return 0;
}

int run_host_list(const Args& args) {
  return run_shown(args, "List the host instances: whether they are alive, what they run by and what they alone do",
                   "host list", "  sealgate host list\n  sealgate host list --watch\n", list);
}

constexpr std::array kMembers = {
    Command{"list", "List the host instances and what they hold", run_host_list},
};
constexpr Family kFamily{"host", "The processes that run the hosts of the group", kMembers,
                         "'sealgate get Host' lists the hosts that are configured."};

}  // namespace

int run_host(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
