// Words of documents: durations, sizes, times of day, kinds.

#include "artifacts/scalars.h"

#include <gtest/gtest.h>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {
namespace {

TEST(Scalars, DurationsAndSizes) {
  EXPECT_EQ(parse_duration("90s"), std::chrono::seconds(90));
  EXPECT_EQ(format_duration(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(format_duration(std::chrono::seconds(120)), "2m");
  EXPECT_EQ(format_duration(Duration(0)), "0");
  EXPECT_EQ(parse_duration("0"), Duration(0));
  for (const auto* bad : {"", "5", "m", "-1m", "1.5m", "5 m", "5M", "99999999999999999999d", "9999999999999999d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  EXPECT_EQ(parse_clock("24:00"), 1440);
  EXPECT_EQ(format_clock(485), "08:05");
  for (const auto* bad : {"", "8:00", "24:01", "08:60", "0800", "08:0", "08:00 ", "-1:00", "08-00"}) {
    EXPECT_FALSE(parse_clock(bad)) << bad;
  }
  for (unsigned day = 0; day < 7; ++day) {
    EXPECT_EQ(parse_weekday(weekday_word(std::chrono::weekday(day))), std::chrono::weekday(day));
  }
  EXPECT_FALSE(parse_weekday("monday"));
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(format_size(65536), "64KiB");
  EXPECT_EQ(format_size(65537), "65537");
  EXPECT_FALSE(parse_size("64KB"));
  EXPECT_FALSE(is_clean_text("\xc0\x80"));
  EXPECT_FALSE(is_clean_text("\xed\xa0\x80"));
  EXPECT_FALSE(is_clean_text("\x1b[31m"));
  EXPECT_TRUE(is_clean_text("Müller & Söhne"));
}

TEST(Kinds, AreRecognisedInEverySpelling) {
  for (const Kind kind : kAllKinds) {
    EXPECT_EQ(parse_kind(to_string(kind)), kind);
    EXPECT_NE(kind_list().find(to_string(kind)), std::string::npos);
  }
  EXPECT_EQ(parse_kind("send-port-groups"), Kind::SendPortGroup);
  for (const auto* word : {"SendPort", "sendport", "send-ports", "SEND_PORT"}) {
    EXPECT_EQ(parse_kind(word), Kind::SendPort) << word;
  }
  EXPECT_EQ(parse_kind("parties"), Kind::Party);
  EXPECT_FALSE(parse_kind("port"));
}

}  // namespace
}  // namespace sealgate::artifacts
