// sealgate status: how the group is, in one sentence and the figures behind it.

#include <cstdio>

#include "cli/api_client.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/shown_command.h"
#include "cli/table.h"

namespace sealgate::cli {
namespace {

std::string counts_of(const Json& counts) {
  std::string text;
  for (const auto& [name, count] : counts.items()) {
    if (count.is_number() && count.get<double>() != 0) text += (text.empty() ? "" : ", ") + count.dump() + " " + name;
  }
  return text.empty() ? "none" : text;
}

Colour colour_of(const std::string& health) {
  if (health == "good") return Colour::Green;
  return health == "warning" ? Colour::Yellow : Colour::Red;
}

void print_status(const Json& status) {
  const std::string health = status.value("health", "");
  const std::string sentence = printable(status.value("sentence", ""));
  std::puts(coloured(sentence, colour_of(health), use_colours(stdout)).c_str());
  print_field("Group", status.value("group", ""));
  print_field("Revision", std::to_string(status.value("revision", std::int64_t{0})));
  print_field("Work", counts_of(status.value("work", Json::object())));
  const Json rates = status.value("rates", Json::object());
  print_field("Last minute", std::to_string(rates.value("received", std::int64_t{0})) + " received, " +
                                 std::to_string(rates.value("sent", std::int64_t{0})) + " sent, " +
                                 std::to_string(rates.value("failed", std::int64_t{0})) + " failed");
  print_field("Host instances", counts_of(status.value("instances", Json::object())));
  for (const Json& group : status.value("suspended", Json::array())) {
    print_field("Suspended",
                std::to_string(group.value("count", std::int64_t{0})) + " for " + group.value("code", ""),
                Colour::Red);
  }
  const Json next = status.value("expires_next", Json());
  if (next.is_object()) {
    print_field("Expires next", next.value("name", "") + ", in " +
                                    std::to_string(next.value("days_left", std::int64_t{0})) + " days");
  }
}

int show(const Place& place, const std::string& output) {
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  const auto status = (*api)->json({"GET", "/status"});
  if (!status) return print_error(status.error());
  if (is_document(output)) {
    print_document(*status, output);
  } else if (is_appending()) {
    // One line for each change of what is said.
    const std::string line = status->value("health", "") + "  " + printable(status->value("sentence", ""));
    if (!shown_before(line)) std::printf("%s  %s\n", status->value("at", "").c_str(), line.c_str());
  } else {
    print_status(*status);
  }
  return 0;
}

}  // namespace

int run_status(const Args& args) {
  return run_shown(args, "Tell how the group is: health, queues, rates, suspended work, what expires next", "status",
                   "  sealgate status\n"
                   "  sealgate status --watch=5\n"
                   "  sealgate status --api https://gateway.example:8443 --token-file token -o json\n",
                   show);
}

}  // namespace sealgate::cli
