// sealgate message: messages in the box, and what can be done about them.

#include "cli/message_command.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/errors.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"
#include "hosts/errors.h"
#include "messaging/errors.h"

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

std::string_view fate_word(const WorkSummary& summary) {
  if (summary.kind != WorkKind::Await) return {};
  switch (summary.state) {
    case WorkState::Ready:
    case WorkState::Active:
    case WorkState::Retrying:
    case WorkState::Scheduled:
      return "waiting for MDN";
    case WorkState::Completed:
      return "acknowledged";
    case WorkState::Suspended:
      if (summary.failure && summary.failure->code == hosts::kAs2ResendsExhausted.id) return "resend exhausted";
      return summary.failure && !summary.failure->resumable ? "failed by partner" : "";
    case WorkState::Terminated:
      break;
  }
  return {};
}

std::string_view transport_word(const WorkSummary& summary) {
  return summary.transport == 0 ? "primary" : "backup";
}

nlohmann::ordered_json summary_json(const WorkSummary& summary) {
  nlohmann::ordered_json json;
  json["id"] = summary.id.text();
  json["message"] = summary.message.text();
  json["kind"] = to_string(summary.kind);
  json["state"] = to_string(summary.state);
  if (const auto fate = fate_word(summary); !fate.empty()) json["fate"] = fate;
  json["port"] = summary.port;
  json["party"] = summary.party;
  json["message_type"] = summary.message_type;
  json["size"] = summary.size;
  json["attempts"] = summary.attempts;
  json["transport"] = transport_word(summary);
  json["priority"] = summary.priority;
  json["ordered"] = summary.ordered;
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
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
