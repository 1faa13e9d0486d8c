#pragma once
// The one logging call: log(LogLevel::Info, "message received", {{"message", id}, {"port", name}});
// Fields are structured, so that the JSON form can be searched. Values never hold secrets or message content.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sealgate {

enum class LogLevel { Debug, Info, Warning, Error };
enum class LogFormat { Text, Json };

using LogField = std::pair<std::string_view, std::string>;

/// Thread-safe. Never throws; a line that cannot be written is dropped and counted.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

/// Where and how lines are written: standard error. Call once at start, before threads.
void configure_log(LogLevel minimum, LogFormat format);

}  // namespace sealgate
