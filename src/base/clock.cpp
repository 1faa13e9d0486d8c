#include "base/clock.h"

#include <array>
#include <cstdio>

#include "base/errors.h"

namespace sealgate {
namespace {

tl::unexpected<Error> bad_time(std::string_view text) {
  return fail(kBadTime, "'" + std::string(text) + "' is not a time", {},
              "write it as RFC 3339 says, for example 2026-11-21T07:30:00Z");
}

/// Reads exactly `count` digits at `position` and moves past them; -1 when they are not there.
int digits(std::string_view text, std::size_t& position, std::size_t count) {
  if (position + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[position + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  position += count;
  return value;
}

bool skip(std::string_view text, std::size_t& position, std::string_view any_of) {
  if (position >= text.size() || any_of.find(text[position]) == std::string_view::npos) return false;
  ++position;
  return true;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  const unsigned mday = static_cast<unsigned>(date.day());
  const int hours = static_cast<int>(clock.hours().count());
  const int minutes = static_cast<int>(clock.minutes().count());
  const int seconds = static_cast<int>(clock.seconds().count());
  const int millis = static_cast<int>(clock.subseconds().count());
  if (millis == 0) {
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", year, month, mday, hours, minutes,
                  seconds);
  } else {
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", year, month, mday, hours, minutes,
                  seconds, millis);
  }
  return text.data();
}

Result<Time> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const int year = digits(text, at, 4);
  if (year < 0 || !skip(text, at, "-")) return bad_time(text);
  const int month = digits(text, at, 2);
  if (month < 0 || !skip(text, at, "-")) return bad_time(text);
  const int day = digits(text, at, 2);
  if (day < 0 || !skip(text, at, "Tt ")) return bad_time(text);
  const int hour = digits(text, at, 2);
  if (hour < 0 || !skip(text, at, ":")) return bad_time(text);
  const int minute = digits(text, at, 2);
  if (minute < 0 || !skip(text, at, ":")) return bad_time(text);
  const int second = digits(text, at, 2);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second < 0 || second > 60) return bad_time(text);
  int millis = 0;
  if (skip(text, at, ".")) {
    int scale = 100;
    bool any = false;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      millis += (text[at++] - '0') * scale;
      scale /= 10;
      any = true;
    }
    if (!any) return bad_time(text);
  }
  std::chrono::minutes offset{0};
  if (!skip(text, at, "Zz")) {
    const int sign = at < text.size() && text[at] == '-' ? -1 : 1;
    if (!skip(text, at, "+-")) return bad_time(text);
    const int offset_hours = digits(text, at, 2);
    if (offset_hours < 0 || offset_hours > 23 || !skip(text, at, ":")) return bad_time(text);
    const int offset_minutes = digits(text, at, 2);
    if (offset_minutes < 0 || offset_minutes > 59) return bad_time(text);
    offset = std::chrono::minutes{sign * (offset_hours * 60 + offset_minutes)};
  }
  if (at != text.size()) return bad_time(text);
  return Time{std::chrono::sys_days{date}.time_since_epoch()} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second} + std::chrono::milliseconds{millis} - offset;
}

}  // namespace sealgate
