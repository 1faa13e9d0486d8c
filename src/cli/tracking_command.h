#pragma once
// What the subcommands of `sealgate tracking` share, and the journey for `sealgate message show`.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "messaging/tracking_log.h"

namespace sealgate::cli {

int run_tracking_list(const Args& args);
int run_tracking_show(const Args& args);
int run_tracking_verify(const Args& args);
int run_tracking_head(const Args& args);
int run_tracking_archive(const Args& args);
int run_tracking_body(const Args& args);

/// Empty text: empty; base.bad-time names the option.
Result<std::optional<Time>> optional_time(const std::string& text, const std::string& option);
/// As a table or as JSON (`output`).
void print_records(const std::vector<messaging::TrackingRecord>& records, bool with_messages, bool details,
                   const std::string& output);

/// One line for each record. `with_messages`: the message has a column of its own. `with_details`: everything that is
/// known, below each line.
void print_journey(const std::vector<messaging::TrackingRecord>& records, bool with_messages, bool with_details);

}  // namespace sealgate::cli
