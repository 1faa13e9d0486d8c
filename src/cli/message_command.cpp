// sealgate message: messages in the box, and what can be done about them.

#include "cli/message_command.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/nearest.h"
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

/// "a, b, c" as words.
std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto comma = std::min(list.find(", "), list.size());
    words.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 2, list.size()));
  }
  return words;
}

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
      if (!value) {
        const std::string meant = nearest(word, words_of(known));
        std::string remedy = meant.empty() ? "use " + known + " or all" : "did you mean '" + meant + "'?";
        return fail(kBadOption, "there is no " + what + " '" + word + "'", "--" + what, std::move(remedy));
      }
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
  return parse_words(words, parse_work_kind, "kind", "receive, route, send, respond, receipt, await");
}

int run_message(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
