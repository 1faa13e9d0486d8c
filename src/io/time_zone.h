#pragma once
// Time zones of the tz database (/usr/share/zoneinfo, or the folder in $TZDIR), read by ourselves: the C library
// knows one zone for the whole process only. The format is RFC 8536.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace sealgate::io {

class TimeZone {
 public:
  /// What holds at one moment: local time is UTC plus `utc_offset`, and that stays so until `until`.
  struct Regime {
    std::chrono::seconds utc_offset{0};
    Time until = Time::max();
  };

  /// Always UTC.
  TimeZone() = default;
  /// The content of a file of the database; io.bad-time-zone.
  static Result<TimeZone> parse(ByteView file);
  Regime at(Time time) const;

 private:
  struct Transition {
    Time at;
    std::chrono::seconds utc_offset;
  };
  /// A day and time of each year at which the clocks change.
  struct YearlyChange {
    enum class Kind { Julian, ZeroBased, MonthWeekDay } kind = Kind::ZeroBased;
    int day = 0;  ///< of the year (Julian: from 1, without leap days), or of the week from Sunday = 0
    int month = 0, week = 0;
    std::chrono::seconds time{std::chrono::hours(2)};  ///< local, from midnight; may be negative or past the day
  };
  /// How it goes on after the last transition that is listed.
  struct Rule {
    std::chrono::seconds standard{0};
    std::chrono::seconds daylight{0};
    YearlyChange starts, ends;  ///< of daylight saving; meaningless without it
    bool has_daylight = false;
  };
  class RuleReader;
  static Result<Rule> parse_rule(std::string_view text);
  static Time local_change(const YearlyChange& change, std::chrono::year year, std::chrono::seconds utc_offset);
  Regime by_rule(const Rule& rule, Time time) const;

  std::chrono::seconds first_offset_{0};
  std::vector<Transition> transitions_;
  std::optional<Rule> rule_;
};

/// By its name, "Europe/Berlin". Read once in the life of the process. "UTC" exists without the database too.
/// io.no-such-time-zone, io.bad-time-zone.
Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name);

}  // namespace sealgate::io
