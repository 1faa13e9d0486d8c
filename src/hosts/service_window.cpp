#include "hosts/service_window.h"

#include <algorithm>

#include "base/log.h"
#include "io/time_zone.h"

namespace sealgate::hosts {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// A moment of the wall clock, counted as if it were UTC.
using LocalTime = Time;

bool starts_on(const artifacts::ServiceWindow& window, std::chrono::sys_days day) {
  return window.days.empty() || std::ranges::find(window.days, std::chrono::weekday(day)) != window.days.end();
}

bool contains(const artifacts::ServiceWindow& window, LocalTime local) {
  const auto day = std::chrono::floor<days>(local);
  const milliseconds time = local - day;
  const minutes start(window.start_minute);
  const minutes stop(window.stop_minute);
  if (start < stop) return time >= start && time < stop && starts_on(window, day);
  return (time >= start && starts_on(window, day)) || (time < stop && starts_on(window, day - days(1)));
}

/// The next start after `local`, by a clock that is not changed meanwhile.
LocalTime next_start(const artifacts::ServiceWindow& window, LocalTime local) {
  auto day = std::chrono::floor<days>(local);
  // A week from now at the latest: some day of the week is one of its days.
  for (int i = 0; i < 7; ++i, day += days(1)) {
    const LocalTime start = day + minutes(window.start_minute);
    if (start > local && starts_on(window, day)) return start;
  }
  return day + minutes(window.start_minute);
}

}  // namespace

Result<Time> opens_at(const artifacts::ServiceWindow& window, Time now) {
  SG_TRY_ASSIGN(const auto zone, io::find_time_zone(window.time_zone));
  Time time = now;
  // Between two changes of the clock the local time runs evenly. No zone changes its clock more than some times in a
  // week; the bound is for damaged ones.
  for (int changes = 0; changes < 1000; ++changes) {
    const auto regime = zone->at(time);
    const LocalTime local = time + regime.utc_offset;
    if (contains(window, local)) return time;
    const Time start = next_start(window, local) - regime.utc_offset;
    if (start < regime.until) return start;
    time = regime.until;
  }
  return time;
}

Result<Time> opens_at(const std::optional<artifacts::ServiceWindow>& window, Time now) {
  if (!window) return now;
  return opens_at(*window, now);
}

bool is_open(const std::optional<artifacts::ServiceWindow>& window, Time now) {
  const auto opens = opens_at(window, now);
  if (!opens) log(LogLevel::Error, "a service window stays closed", {{"reason", opens.error().to_string()}});
  return opens && *opens <= now;
}

}  // namespace sealgate::hosts
