// sealgate message: messages in the box, and what can be done about them.

#include "cli/message_command.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/errors.h"
#include "cli/terminal.h"
#include "messaging/errors.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Args& args);
};

constexpr std::array kSubcommands = {
    Subcommand{"list", "List messages with their states", run_message_list},
    Subcommand{"show", "Show one message: state, reason, remedy, context, parts", run_message_show},
    Subcommand{"body", "Write the content of a message to a file", run_message_body},
    Subcommand{"resume", "Try suspended messages again", run_message_resume},
    Subcommand{"terminate", "Give messages up", run_message_terminate},
};

void print_help() {
  std::string text = "Messages in the box\n\nUsage: sealgate message SUBCOMMAND [OPTIONS]\n\nSubcommands:\n";
  for (const Subcommand& subcommand : kSubcommands) {
    std::string name(subcommand.name);
    name.resize(12, ' ');
    text += "  " + name + std::string(subcommand.summary) + "\n";
  }
  text +=
      "\nStates: ready, active, retrying, suspended, completed, terminated.\n\n"
      "Help on one subcommand: sealgate message SUBCOMMAND --help\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace

Result<std::vector<WorkState>> parse_states(const std::vector<std::string>& words) {
  std::vector<WorkState> states;
  for (const std::string& list : words) {
    for (std::size_t start = 0; start <= list.size();) {
      const std::size_t comma = std::min(list.find(',', start), list.size());
      const std::string word = ascii_lower(trim(std::string_view(list).substr(start, comma - start)));
      start = comma + 1;
      if (word == "all") return std::vector<WorkState>();
      const auto state = parse_work_state(word);
      if (!state) {
        return fail(kBadOption, "there is no state '" + word + "'", "--state",
                    "use ready, active, retrying, suspended, completed, terminated or all");
      }
      states.push_back(*state);
    }
  }
  return states;
}

Result<std::vector<WorkSummary>> find_work(MessageBox& box, const std::string& id) {
  SG_TRY_ASSIGN(const std::string uuid, parse_uuid(id));
  auto single = box.show(WorkId(uuid));
  if (single) return std::vector<WorkSummary>{std::move(*single)};
  if (!(single.error().code == kNoSuchWork)) return fail(single.error());
  ListQuery query;
  query.message = MessageId(uuid);
  SG_TRY_ASSIGN(auto all, box.list(query));
  if (all.empty()) return fail(single.error());
  return all;
}

nlohmann::ordered_json summary_json(const WorkSummary& summary) {
  nlohmann::ordered_json json;
  json["id"] = summary.id.text();
  json["message"] = summary.message.text();
  json["kind"] = to_string(summary.kind);
  json["state"] = to_string(summary.state);
  json["port"] = summary.port;
  json["party"] = summary.party;
  json["message_type"] = summary.message_type;
  json["size"] = summary.size;
  json["attempts"] = summary.attempts;
  json["created"] = to_rfc3339(summary.created);
  json["changed"] = to_rfc3339(summary.changed);
  if (summary.due) json["due"] = to_rfc3339(*summary.due);
  if (!summary.owner.empty()) json["owner"] = summary.owner;
  if (summary.failure) {
    json["failure"] = {{"code", summary.failure->code},
                       {"text", summary.failure->text},
                       {"remedy", summary.failure->remedy},
                       {"resumable", summary.failure->resumable}};
  }
  return json;
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int run_message(const Args& args) {
  if (args.empty()) {
    print_help();
    return exit_status(ErrorClass::Usage);
  }
  if (args.front() == "--help" || args.front() == "-h" || args.front() == "help") {
    print_help();
    return 0;
  }
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == args.front()) return subcommand.run(Args(args.begin() + 1, args.end()));
  }
  return print_usage_error("there is no subcommand '" + args.front() + "'", "sealgate message");
}

}  // namespace sealgate::cli
