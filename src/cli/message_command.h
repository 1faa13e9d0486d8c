#pragma once
// What the subcommands of `sealgate message` share.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "messaging/message_box.h"

namespace sealgate::cli {

int run_message_list(const Args& args);
int run_message_show(const Args& args);
int run_message_body(const Args& args);
int run_message_resume(const Args& args);
int run_message_resend(const Args& args);
int run_message_terminate(const Args& args);

/// The words of --state and --kind, separated by commas; "all" and nothing mean every one. cli.bad-option.
Result<std::vector<messaging::WorkState>> parse_states(const std::vector<std::string>& words);
Result<std::vector<messaging::WorkKind>> parse_kinds(const std::vector<std::string>& words);

/// The work that an id names: one item by its own id, or all items of a message by the message's.
/// messaging.no-such-work, messaging.bad-id.
Result<std::vector<messaging::WorkSummary>> find_work(messaging::MessageBox& box, const std::string& id);

/// "primary" or "backup".
/// What became of a message that a receipt is waited for, in words: "waiting for MDN", "acknowledged", "failed by
/// partner", "resend exhausted"; empty for other work and other states.
std::string_view fate_word(const messaging::WorkSummary& summary);
std::string_view transport_word(const messaging::WorkSummary& summary);
nlohmann::ordered_json summary_json(const messaging::WorkSummary& summary);
/// Also where text is not UTF-8.
std::string dump(const nlohmann::ordered_json& json);

}  // namespace sealgate::cli
