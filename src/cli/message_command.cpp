// sealgate message: messages in the box, and what can be done about them.

#include "cli/message_command.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/errors.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

constexpr std::array kMembers = {
    Command{"list", "List messages with their states", run_message_list},
    Command{"show", "Show one message: state, reason, remedy, context, parts", run_message_show},
    Command{"body", "Write the content of a message to a file", run_message_body},
    Command{"resume", "Try suspended messages again", run_message_resume},
    Command{"resend", "Send messages once more, under a new identity", run_message_resend},
    Command{"terminate", "Give messages up", run_message_terminate},
};

constexpr Family kFamily{"message", "Messages in the box", kMembers,
                         "States: ready, active, retrying, scheduled, suspended, completed, terminated."};

/// `lists` of words, separated by commas; nothing for "all".
template <typename Value>
Result<std::vector<Value>> parse_words(const std::vector<std::string>& lists,
                                       std::optional<Value> (*parse_word)(std::string_view), const std::string& what,
                                       const std::string& known) {
  std::vector<Value> values;
  for (const std::string& list : lists) {
    for (std::size_t start = 0; start <= list.size();) {
      const std::size_t comma = std::min(list.find(',', start), list.size());
      const std::string word = ascii_lower(trim(std::string_view(list).substr(start, comma - start)));
      start = comma + 1;
      if (word == "all") return std::vector<Value>();
      const auto value = parse_word(word);
      if (!value)
        return fail(kBadOption, "there is no " + what + " '" + word + "'", "--" + what, "use " + known + " or all");
      values.push_back(*value);
    }
  }
  return values;
}

}  // namespace

Result<std::vector<WorkState>> parse_states(const std::vector<std::string>& words) {
  return parse_words(words, parse_work_state, "state",
                     "ready, active, retrying, scheduled, suspended, completed, terminated");
}

Result<std::vector<WorkKind>> parse_kinds(const std::vector<std::string>& words) {
  return parse_words(words, parse_work_kind, "kind", "receive, route, send, respond, receipt");
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int run_message(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
