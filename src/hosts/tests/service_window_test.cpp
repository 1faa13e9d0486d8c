// Service windows, above all where the clocks change.

#include "hosts/service_window.h"

#include <gtest/gtest.h>

#include "io/errors.h"

namespace sealgate::hosts {
namespace {

using artifacts::ServiceWindow;

Time at(std::string_view text) {
  return *parse_rfc3339(text);
}

ServiceWindow window(int start, int stop, std::string zone = "UTC", std::vector<std::chrono::weekday> days = {}) {
  ServiceWindow made;
  made.start_minute = start;
  made.stop_minute = stop;
  made.days = std::move(days);
  made.time_zone = std::move(zone);
  return made;
}

std::string opens(const ServiceWindow& window, std::string_view now) {
  const auto time = opens_at(window, at(now));
  return time ? to_rfc3339(*time) : time.error().to_string();
}

constexpr int kHour = 60;

TEST(ServiceWindow, IsOpenFromItsStartAndClosedAtItsStop) {
  const auto office = window(8 * kHour, 18 * kHour);
  EXPECT_EQ(opens(office, "2026-06-01T07:59:59.999Z"), "2026-06-01T08:00:00Z");
  EXPECT_EQ(opens(office, "2026-06-01T08:00:00Z"), "2026-06-01T08:00:00Z");
  EXPECT_EQ(opens(office, "2026-06-01T17:59:59.999Z"), "2026-06-01T17:59:59.999Z");
  EXPECT_EQ(opens(office, "2026-06-01T18:00:00Z"), "2026-06-02T08:00:00Z");
  EXPECT_TRUE(is_open(office, at("2026-06-01T08:00:00Z")));
  EXPECT_FALSE(is_open(office, at("2026-06-01T18:00:00Z")));
  EXPECT_TRUE(is_open(std::nullopt, at("2026-06-01T18:00:00Z")));
}

TEST(ServiceWindow, GoesOverMidnightWithTheDayOfItsStart) {
  // 2026-06-05 is a Friday.
  const auto night = window(22 * kHour, 6 * kHour, "UTC", {std::chrono::Friday});
  EXPECT_EQ(opens(night, "2026-06-05T05:00:00Z"), "2026-06-05T22:00:00Z");
  EXPECT_EQ(opens(night, "2026-06-06T05:59:00Z"), "2026-06-06T05:59:00Z");
  EXPECT_EQ(opens(night, "2026-06-06T06:00:00Z"), "2026-06-12T22:00:00Z");
  EXPECT_EQ(opens(night, "2026-06-06T23:00:00Z"), "2026-06-12T22:00:00Z");
}

TEST(ServiceWindow, OneDayAWeekComesBackInAWeek) {
  const auto monday = window(9 * kHour, 10 * kHour, "UTC", {std::chrono::Monday});
  EXPECT_EQ(opens(monday, "2026-06-01T10:00:00Z"), "2026-06-08T09:00:00Z");
  EXPECT_EQ(opens(monday, "2026-06-01T08:00:00Z"), "2026-06-01T09:00:00Z");
}

TEST(ServiceWindow, WithoutEndItIsAlwaysOpen) {
  EXPECT_EQ(opens(window(0, 24 * kHour), "2026-06-01T23:59:59.999Z"), "2026-06-01T23:59:59.999Z");
  EXPECT_EQ(opens(window(5 * kHour, 5 * kHour), "2026-06-01T04:59:00Z"), "2026-06-01T04:59:00Z");
}

TEST(ServiceWindow, GoesByTheClockOfItsPlace) {
  const auto office = window(8 * kHour, 18 * kHour, "Europe/Berlin");
  EXPECT_EQ(opens(office, "2026-01-10T06:00:00Z"), "2026-01-10T07:00:00Z");
  EXPECT_EQ(opens(office, "2026-07-10T05:00:00Z"), "2026-07-10T06:00:00Z");
  // The night in between: the wait is an hour shorter, and in autumn an hour longer.
  EXPECT_EQ(opens(office, "2026-03-28T17:00:00Z"), "2026-03-29T06:00:00Z");
  EXPECT_EQ(opens(office, "2026-10-24T16:00:00Z"), "2026-10-25T07:00:00Z");
}

TEST(ServiceWindow, AnHourThatIsLeftOutIsNotThere) {
  // On 2026-03-29 the clock goes from 02:00 to 03:00.
  EXPECT_EQ(opens(window(2 * kHour + 15, 2 * kHour + 45, "Europe/Berlin"), "2026-03-29T00:30:00Z"),
            "2026-03-30T00:15:00Z");
  // A window that begins in the gap is open from its end.
  EXPECT_EQ(opens(window(2 * kHour + 30, 4 * kHour, "Europe/Berlin"), "2026-03-29T00:30:00Z"),
            "2026-03-29T01:00:00Z");
  // One that ends in it ends with it.
  EXPECT_EQ(opens(window(1 * kHour, 2 * kHour + 30, "Europe/Berlin"), "2026-03-29T00:59:59Z"),
            "2026-03-29T00:59:59Z");
  EXPECT_EQ(opens(window(1 * kHour, 2 * kHour + 30, "Europe/Berlin"), "2026-03-29T01:00:00Z"),
            "2026-03-29T23:00:00Z");
}

TEST(ServiceWindow, AnHourThatComesTwiceIsOpenTwice) {
  // On 2026-10-25 the clock goes from 03:00 back to 02:00.
  const auto early = window(2 * kHour, 2 * kHour + 30, "Europe/Berlin");
  EXPECT_EQ(opens(early, "2026-10-24T23:00:00Z"), "2026-10-25T00:00:00Z");
  EXPECT_EQ(opens(early, "2026-10-25T00:30:00Z"), "2026-10-25T01:00:00Z");
  EXPECT_EQ(opens(early, "2026-10-25T01:29:00Z"), "2026-10-25T01:29:00Z");
  EXPECT_EQ(opens(early, "2026-10-25T01:30:00Z"), "2026-10-26T01:00:00Z");
}

TEST(ServiceWindow, AnUnknownZoneIsAnErrorAndClosed) {
  const auto nowhere = window(0, 24 * kHour, "Europe/Atlantis");
  EXPECT_EQ(opens_at(nowhere, at("2026-06-01T00:00:00Z")).error().code, io::kNoSuchTimeZone);
  EXPECT_FALSE(is_open(nowhere, at("2026-06-01T00:00:00Z")));
}

}  // namespace
}  // namespace sealgate::hosts
