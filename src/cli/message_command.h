#pragma once
// What the subcommands of `sealgate message` share.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
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

}  // namespace sealgate::cli
