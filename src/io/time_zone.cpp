#include "io/time_zone.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <mutex>

#include "io/errors.h"
#include "io/file.h"

namespace sealgate::io {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr std::size_t kMaximumFile = std::size_t{1024} * 1024;
constexpr std::size_t kHeader = 44;

tl::unexpected<Error> bad(const char* what) {
  return fail(kBadTimeZone, what, {}, "install the package tzdata again");
}

std::int64_t big_endian(ByteView bytes) {
  std::uint64_t value = (bytes[0] & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const auto byte : bytes) value = value << 8U | byte;
  return static_cast<std::int64_t>(value);
}

/// Far dates cannot be told in milliseconds, and nobody asks for them.
Time clamped(std::int64_t unix_seconds) {
  constexpr std::int64_t kFar = std::int64_t{1} << 40U;
  return Time(seconds(std::clamp(unix_seconds, -kFar, kFar)));
}

/// The counts of one header, in the order of RFC 8536, 3.1, and the sizes that follow from them.
struct Counts {
  std::array<std::size_t, 6> value{};
  std::size_t time_size = 8;
  std::size_t leaps() const { return value[2]; }
  std::size_t times() const { return value[3]; }
  std::size_t types() const { return value[4]; }
  std::size_t body() const {
    return times() * (time_size + 1) + types() * 6 + value[5] + leaps() * (time_size + 4) + value[1] + value[0];
  }
};

Result<Counts> read_header(ByteView file, std::size_t time_size) {
  if (file.size() < kHeader || as_text(file.first(4)) != "TZif") return bad("the file is no time zone");
  Counts counts;
  counts.time_size = time_size;
  for (std::size_t i = 0; i < counts.value.size(); ++i) {
    const std::int64_t value = big_endian(file.subspan(20 + 4 * i, 4));
    if (value < 0 || value > 100'000) return bad("the time zone has a bad header");
    counts.value[i] = static_cast<std::size_t>(value);
  }
  if (counts.types() == 0 || file.size() - kHeader < counts.body()) return bad("the time zone is cut off");
  return counts;
}

std::chrono::year year_of(Time time) {
  return std::chrono::year_month_day(std::chrono::floor<days>(time)).year();
}

bool is_name(std::string_view name) {
  const auto fits = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+-/").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 64 && name.front() != '/' && std::ranges::all_of(name, fits);
}

}  // namespace

/// The string at the end of a file, in the form of POSIX's TZ: "CET-1CEST,M3.5.0,M10.5.0/3".
class TimeZone::RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  Result<Rule> read() {
    Rule rule;
    std::optional<seconds> west;
    if (!name() || !(west = time())) return bad_rule();
    rule.standard = -*west;
    if (text_.empty()) return rule;
    rule.has_daylight = true;
    rule.daylight = rule.standard + std::chrono::hours(1);
    if (!name()) return bad_rule();
    if (!text_.empty() && text_.front() != ',') {
      if (!(west = time())) return bad_rule();
      rule.daylight = -*west;
    }
    const auto starts = change();
    const auto ends = change();
    if (!starts || !ends || !text_.empty()) return bad_rule();
    rule.starts = *starts;
    rule.ends = *ends;
    return rule;
  }

 private:
  static tl::unexpected<Error> bad_rule() { return bad("the time zone ends with a rule that cannot be read"); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool name() {
    std::size_t end = 0;
    if (take('<')) {
      end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    while (end < text_.size() && ((text_[end] | 0x20) >= 'a' && (text_[end] | 0x20) <= 'z')) ++end;
    text_.remove_prefix(end);
    return end >= 3;
  }
  std::optional<int> number(int maximum) {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < 3 && digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
      value = value * 10 + (text_[digits] - '0');
    }
    text_.remove_prefix(digits);
    if (digits == 0 || value > maximum) return std::nullopt;
    return value;
  }
  /// [+-]hh[:mm[:ss]]
  std::optional<seconds> time() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int64_t total = 0;
    std::int64_t unit = 3600;
    for (const int maximum : {167, 59, 59}) {
      if (unit != 3600 && !take(':')) break;
      const auto value = number(maximum);
      if (!value) return std::nullopt;
      total += *value * unit;
      unit /= 60;
    }
    return seconds(negative ? -total : total);
  }
  std::optional<YearlyChange> change() {
    YearlyChange made;
    if (!take(',')) return std::nullopt;
    if (take('M')) {
      made.kind = YearlyChange::Kind::MonthWeekDay;
      const auto month = number(12);
      if (!month || *month == 0 || !take('.')) return std::nullopt;
      const auto week = number(5);
      if (!week || *week == 0 || !take('.')) return std::nullopt;
      made.month = *month;
      made.week = *week;
    } else if (take('J')) {
      made.kind = YearlyChange::Kind::Julian;
    }
    const auto day = number(made.kind == YearlyChange::Kind::MonthWeekDay ? 6 : 365);
    if (!day || (made.kind == YearlyChange::Kind::Julian && *day == 0)) return std::nullopt;
    made.day = *day;
    if (take('/')) {
      const auto at = time();
      if (!at) return std::nullopt;
      made.time = *at;
    }
    return made;
  }

  std::string_view text_;
};

Result<TimeZone::Rule> TimeZone::parse_rule(std::string_view text) {
  return RuleReader(text).read();
}

Result<TimeZone> TimeZone::parse(ByteView file) {
  SG_TRY_ASSIGN(Counts counts, read_header(file, 4));
  const bool has_second = file[4] >= '2';
  if (has_second) {
    file = file.subspan(kHeader + counts.body());
    SG_TRY_ASSIGN(counts, read_header(file, 8));
  }
  const ByteView times = file.subspan(kHeader);
  const ByteView indexes = times.subspan(counts.times() * counts.time_size);
  const ByteView types = indexes.subspan(counts.times());
  const auto offset_of = [&](std::size_t type) { return seconds(big_endian(types.subspan(type * 6, 4))); };

  TimeZone zone;
  zone.first_offset_ = offset_of(0);
  for (std::size_t i = 0; i < counts.times(); ++i) {
    const Time at = clamped(big_endian(times.subspan(i * counts.time_size, counts.time_size)));
    if (indexes[i] >= counts.types() || (i > 0 && at < zone.transitions_.back().at)) {
      return bad("the time zone has a bad transition");
    }
    zone.transitions_.push_back({at, offset_of(indexes[i])});
  }
  if (has_second) {
    std::string_view rule = as_text(file.subspan(kHeader + counts.body()));
    if (rule.size() < 2 || rule.front() != '\n' || rule.back() != '\n') return bad("the time zone is cut off");
    rule = rule.substr(1, rule.size() - 2);
    if (!rule.empty()) {
      SG_TRY_ASSIGN(zone.rule_, parse_rule(rule));
    }
  }
  return zone;
}

Time TimeZone::local_change(const YearlyChange& change, std::chrono::year year, seconds utc_offset) {
  using namespace std::chrono;
  sys_days day = sys_days(year / January / 1);
  switch (change.kind) {
    case YearlyChange::Kind::Julian:  // February 29 is never counted
      day += days(change.day - 1 + (year.is_leap() && change.day >= 60 ? 1 : 0));
      break;
    case YearlyChange::Kind::ZeroBased:
      day += days(change.day);
      break;
    case YearlyChange::Kind::MonthWeekDay: {
      const month in{static_cast<unsigned>(change.month)};
      const weekday on{static_cast<unsigned>(change.day)};
      day = change.week == 5 ? sys_days(year / in / on[last])
                             : sys_days(year / in / on[static_cast<unsigned>(change.week)]);
      break;
    }
  }
  return Time(day) + change.time - utc_offset;
}

TimeZone::Regime TimeZone::by_rule(const Rule& rule, Time time) const {
  if (!rule.has_daylight) return {rule.standard, Time::max()};
  struct Change {
    Time at;
    seconds offset;
  };
  std::vector<Change> changes;
  const std::chrono::year year = year_of(time);
  for (const auto y : {year - std::chrono::years(1), year, year + std::chrono::years(1)}) {
    // Where the end of one daylight saving is the start of the next, there is daylight saving all year.
    changes.push_back({local_change(rule.ends, y, rule.daylight), rule.standard});
    changes.push_back({local_change(rule.starts, y, rule.standard), rule.daylight});
  }
  std::ranges::stable_sort(changes, {}, &Change::at);
  const auto next = std::ranges::upper_bound(changes, time, {}, &Change::at);
  return {next == changes.begin() ? rule.standard : std::prev(next)->offset,
          next == changes.end() ? Time::max() : next->at};
}

TimeZone::Regime TimeZone::at(Time time) const {
  const auto next = std::ranges::upper_bound(transitions_, time, {}, &Transition::at);
  if (next == transitions_.end() && rule_) return by_rule(*rule_, time);
  return {next == transitions_.begin() ? first_offset_ : std::prev(next)->utc_offset,
          next == transitions_.end() ? Time::max() : next->at};
}

Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  auto zone = std::make_shared<TimeZone>();
  if (name != "UTC") {
    const char* folder = std::getenv("TZDIR");
    const std::string path =
        std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/" + std::string(name);
    const auto file = is_name(name) ? read_file(path, kMaximumFile) : Result<Bytes>(Bytes{});
    if (!file || file->empty()) {
      return fail(
          kNoSuchTimeZone, "there is no time zone '" + std::string(name) + "'", path,
          "write a name of the tz database, such as Europe/Berlin; without the package tzdata there is only UTC");
    }
    auto parsed = TimeZone::parse(*file);
    if (!parsed) return fail(std::move(parsed).error().at(path));
    *zone = std::move(*parsed);
  }
  return known.emplace(name, std::move(zone)).first->second;
}

}  // namespace sealgate::io
