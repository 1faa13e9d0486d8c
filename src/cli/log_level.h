#pragma once
// How much a running gateway writes into its log: the option --log-level, until `sealgate log-level` says otherwise.
// What it says is a file in the data folder, DATA/log-level, which `serve` looks at every second and removes when it
// starts: one line, "debug" or "debug 2026-11-22T08:00:00Z", the end of its time.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"

namespace sealgate::cli {

/// The words of options and of the file: debug, info, warning, error.
std::optional<LogLevel> log_level_of(std::string_view word);
std::string_view word_of(LogLevel level);

struct ChosenLogLevel {
  LogLevel level = LogLevel::Info;
  std::optional<Time> until = {};  ///< absent: until the gateway ends
};

/// Absent: none was chosen, its time is over, or the file holds something else.
std::optional<ChosenLogLevel> read_log_level(const std::string& data, Time now);
Result<> write_log_level(const std::string& data, const ChosenLogLevel& chosen);
/// Back to --log-level. Not being there is success.
Result<> forget_log_level(const std::string& data);

}  // namespace sealgate::cli
