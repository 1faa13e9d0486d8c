#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/errors.h"
#include "base/hex.h"
#include "base/secret.h"
#include "base/sink.h"
#include "base/text.h"

namespace sealgate {
namespace {

TEST(Time, RoundTripsRfc3339) {
  for (const char* text : {"2026-11-21T07:30:00Z", "2003-01-01T00:00:00Z", "2024-02-29T23:59:59.120Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), text);
  }
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-11-21T07:30:00+02:00")), "2026-11-21T05:30:00Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z",
                           "2026-11-21T07:30:00", "2026-11-21T07:30:00Zx", "2026-11-21T07:30:00.Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, kBadTime);
  }
}

TEST(Error, ReadsAsOneLine) {
  Error error{kBufferFull, "too much", "part 2", "send less"};
  EXPECT_EQ(error.to_string(), "too much (part 2); send less [base.buffer-full]");
  EXPECT_EQ(std::move(error).at("order.eml").where, "order.eml: part 2");
}

TEST(BufferSink, StopsAtItsLimit) {
  BufferSink sink(4);
  EXPECT_TRUE(sink.write(as_bytes("abcd")));
  const auto more = sink.write(as_bytes("e"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, kBufferFull);
  EXPECT_EQ(as_text(sink.bytes()), "abcd");
}

TEST(Secret, MovesWithoutLeavingACopy) {
  Secret first = Secret::from_text("hunter2");
  Secret second = std::move(first);
  EXPECT_EQ(second.text(), "hunter2");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): the point of the test
  second.resize(10);
  EXPECT_EQ(second.size(), 10U);
  EXPECT_EQ(second.text().substr(0, 7), "hunter2");
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("Content-Type", "content-TYPE"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_EQ(trim(" \t x y\r\n"), "x y");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(to_hex(as_bytes("\x01\xAB")), "01ab");
  EXPECT_EQ(to_hex_upper(as_bytes("\x01\xAB")), "01AB");
  EXPECT_EQ(from_hex("01aB"), (Bytes{0x01, 0xab}));
  EXPECT_EQ(from_hex(""), Bytes());
  for (const char* bad : {"1", "0g", " 01", "01 ", "0x01"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

}  // namespace
}  // namespace sealgate
