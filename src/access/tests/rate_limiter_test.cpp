#include "access/rate_limiter.h"

#include <gtest/gtest.h>

namespace sealgate::access {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNoon{std::chrono::hours(12)};

TEST(RateLimiterTest, LetsABurstThroughAndThenASteadyStream) {
  RateLimiter limiter({10, 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("alice", kNoon), milliseconds(0));
  const auto wait = limiter.take("alice", kNoon);
  EXPECT_GT(wait, milliseconds(90));
  EXPECT_LE(wait, milliseconds(110));
  EXPECT_EQ(limiter.take("alice", kNoon + wait), milliseconds(0));
  EXPECT_GT(limiter.take("alice", kNoon + wait), milliseconds(0));
  EXPECT_EQ(limiter.take("bob", kNoon), milliseconds(0));
}

TEST(RateLimiterTest, FillsNoMoreThanItHolds) {
  RateLimiter limiter({10, 3});
  int through = 0;
  limiter.take("alice", kNoon);
  while (limiter.take("alice", kNoon + std::chrono::hours(1)) == milliseconds(0)) ++through;
  EXPECT_EQ(through, 3);
}

TEST(RateLimiterTest, AClockThatIsTurnedBackNeitherFillsNorLocks) {
  RateLimiter limiter({10, 1});
  EXPECT_EQ(limiter.take("alice", kNoon), milliseconds(0));
  EXPECT_GT(limiter.take("alice", kNoon - std::chrono::hours(1)), milliseconds(0));
  EXPECT_EQ(limiter.take("alice", kNoon - std::chrono::hours(1) + seconds(1)), milliseconds(0));
}

TEST(RateLimiterTest, ZeroIsWithoutALimit) {
  RateLimiter limiter({0, 0});
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(limiter.take("alice", kNoon), milliseconds(0));
}

TEST(RateLimiterTest, MoreThanItRemembersShareOneBucket) {
  RateLimiter limiter({1, 2}, 3);
  for (const char* who : {"a", "b", "c"}) EXPECT_EQ(limiter.take(who, kNoon), milliseconds(0));
  EXPECT_EQ(limiter.take("d", kNoon), milliseconds(0));
  EXPECT_EQ(limiter.take("e", kNoon), milliseconds(0));
  EXPECT_GT(limiter.take("f", kNoon), milliseconds(0));
  EXPECT_EQ(limiter.take("a", kNoon), milliseconds(0)) << "who was known keeps his own";
  // When the others are full again they make room.
  EXPECT_EQ(limiter.take("g", kNoon + seconds(10)), milliseconds(0));
  EXPECT_EQ(limiter.take("g", kNoon + seconds(10)), milliseconds(0));
  EXPECT_GT(limiter.take("g", kNoon + seconds(10)), milliseconds(0));
  EXPECT_EQ(limiter.take("h", kNoon + seconds(10)), milliseconds(0));
}

}  // namespace
}  // namespace sealgate::access
