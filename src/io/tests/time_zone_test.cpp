// Time zones against what zdump of the C library says, and what is no time zone.

#include "io/time_zone.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "io/errors.h"
#include "io/file.h"

namespace sealgate::io {
namespace {

using std::chrono::seconds;

Time at(std::string_view text) {
  return *parse_rfc3339(text);
}

/// What the C library's date command says: seconds east of UTC.
seconds offset_by_date(const std::string& zone, Time time) {
  const auto unix_seconds = std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
  const std::string command = "TZ=" + zone + " date -d @" + std::to_string(unix_seconds) + " +%::z";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 32> line{};
  EXPECT_NE(std::fgets(line.data(), line.size(), pipe), nullptr) << command;
  ::pclose(pipe);
  int hours = 0;
  int minutes = 0;
  int rest = 0;
  char sign = 0;
  EXPECT_EQ(std::sscanf(line.data(), "%c%d:%d:%d", &sign, &hours, &minutes, &rest), 4) << command;
  const seconds total(hours * 3600 + minutes * 60 + rest);
  return sign == '-' ? -total : total;
}

TEST(TimeZone, AgreesWithTheSystemAroundEveryChangeOfManyYears) {
  for (const std::string name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
                                 "America/St_Johns", "Africa/Casablanca", "Pacific/Apia"}) {
    const auto zone = find_time_zone(name);
    ASSERT_TRUE(zone) << zone.error().to_string();
    Time time = at("2011-06-01T00:00:00Z");
    int checked = 0;
    while (time < at("2045-01-01T00:00:00Z") && checked < 12) {
      const auto regime = (*zone)->at(time);
      EXPECT_EQ(regime.utc_offset, offset_by_date(name, time)) << name << " " << to_rfc3339(time);
      if (regime.until == Time::max()) break;
      EXPECT_EQ((*zone)->at(regime.until - seconds(1)).utc_offset, offset_by_date(name, regime.until - seconds(1)));
      EXPECT_EQ((*zone)->at(regime.until).utc_offset, offset_by_date(name, regime.until)) << name;
      // Some of the near ones, which are listed, and some of the far ones, which follow from the rule.
      ++checked;
      time = checked % 2 == 0 ? regime.until + std::chrono::days(900) : regime.until;
    }
    EXPECT_EQ((*zone)->at(at("1901-01-01T12:00:00Z")).utc_offset, offset_by_date(name, at("1901-01-01T12:00:00Z")));
  }
}

TEST(TimeZone, KnowsWhenTheClocksChange) {
  const auto zone = find_time_zone("Europe/Berlin");
  ASSERT_TRUE(zone);
  const auto winter = (*zone)->at(at("2026-03-29T00:59:59Z"));
  EXPECT_EQ(winter.utc_offset, seconds(3600));
  EXPECT_EQ(winter.until, at("2026-03-29T01:00:00Z"));
  EXPECT_EQ((*zone)->at(winter.until).utc_offset, seconds(7200));
  EXPECT_EQ((*zone)->at(winter.until).until, at("2026-10-25T01:00:00Z"));
  // Past the listed ones, by the rule.
  EXPECT_EQ((*zone)->at(at("2060-07-01T00:00:00Z")).until, at("2060-10-31T01:00:00Z"));
}

TEST(TimeZone, UtcNeedsNoDatabase) {
  const auto utc = find_time_zone("UTC");
  ASSERT_TRUE(utc);
  EXPECT_EQ((*utc)->at(at("2026-07-01T00:00:00Z")).utc_offset, seconds(0));
  EXPECT_EQ((*utc)->at(at("2026-07-01T00:00:00Z")).until, Time::max());
}

TEST(TimeZone, NamesThatAreNone) {
  for (const std::string& name : std::vector<std::string>{"", "Europe/Atlantis", "/etc/passwd", "../../../etc/passwd",
                                                          "Europe", "a b", "Europe/Berlin\n", std::string(65, 'a')}) {
    const auto zone = find_time_zone(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, kNoSuchTimeZone) << name;
  }
}

TEST(TimeZone, EveryCutOffFileIsRefused) {
  const auto file = read_file("/usr/share/zoneinfo/America/New_York");
  ASSERT_TRUE(file);
  ASSERT_TRUE(TimeZone::parse(*file));
  for (std::size_t size = 0; size < file->size(); ++size) {
    const auto parsed = TimeZone::parse(ByteView(*file).first(size));
    // Only the rule's text has no length of its own: cut there, its newline is missing.
    ASSERT_FALSE(parsed) << size;
    EXPECT_EQ(parsed.error().code, kBadTimeZone);
  }
}

Bytes with_rule(const std::string& rule) {
  std::string header = "TZif2" + std::string(15, '\0');
  std::string counts(24, '\0');
  counts[19] = 1;  // one type
  counts[23] = 4;  // four characters of its name
  const std::string body = std::string(6, '\0') + std::string("XXX\0", 4);
  const std::string file = header + counts + body + header + counts + body + "\n" + rule + "\n";
  return {file.begin(), file.end()};
}

TEST(TimeZone, RulesOfEveryForm) {
  const auto offset = [](const std::string& rule, std::string_view time) {
    const auto zone = TimeZone::parse(with_rule(rule));
    return zone ? zone->at(at(time)).utc_offset.count() : -1;
  };
  EXPECT_EQ(offset("<+0330>-3:30", "2026-01-01T00:00:00Z"), 12600);
  EXPECT_EQ(offset("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z"), -14400);
  EXPECT_EQ(offset("EST5EDT,M3.2.0,M11.1.0", "2026-01-01T00:00:00Z"), -18000);
  // The southern half, where a year begins in summer; Julian days, a day counted from 0, a time before midnight.
  EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z"), 39600);
  EXPECT_EQ(offset("AAA0BBB,J60/0,J61/0", "2024-03-01T00:00:00Z"), 3600);
  EXPECT_EQ(offset("AAA0BBB,J60/0,J61/0", "2024-02-29T12:00:00Z"), 0);
  EXPECT_EQ(offset("AAA0BBB,59/0,60/0", "2024-02-29T12:00:00Z"), 3600);
  EXPECT_EQ(offset("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-28T23:59:59Z"), -7200);
  // Daylight saving all year.
  EXPECT_EQ(offset("XXX3EDT4,0/0,J365/23", "2026-07-01T00:00:00Z"), -14400);
  EXPECT_EQ(offset("XXX3EDT4,0/0,J365/23", "2026-12-31T23:59:59Z"), -14400);
  for (const char* rule :
       {"A", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J1", "EST5EDT,M3.2.0,M11.1.0x", "<EST5", "EST99999"}) {
    EXPECT_FALSE(TimeZone::parse(with_rule(rule))) << rule;
  }
}

}  // namespace
}  // namespace sealgate::io
