#pragma once
// Scalars of documents with a form of their own.

#include <optional>
#include <string>
#include <string_view>

#include "artifacts/transports.h"

namespace sealgate::artifacts {

/// "500ms", "30s", "5m", "2h", "7d": a whole number and a unit; "0" needs none.
std::optional<Duration> parse_duration(std::string_view text);
/// In the largest unit without a rest.
std::string format_duration(Duration duration);

/// "65536", "64KiB", "16MiB", "4GiB", "1TiB".
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t size);

/// "08:00" in minutes of the day, "24:00" is its end.
std::optional<int> parse_clock(std::string_view text);
std::string format_clock(int minute);

/// "mon" to "sun", in any case.
std::optional<std::chrono::weekday> parse_weekday(std::string_view word);
std::string_view weekday_word(std::chrono::weekday day);

/// A plain YAML scalar where that is unmistakable, else in double quotes.
std::string format_scalar(std::string_view text);

/// Correct UTF-8 without control characters.
bool is_clean_text(std::string_view text);

}  // namespace sealgate::artifacts
