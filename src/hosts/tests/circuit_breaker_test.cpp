// When a destination is left alone, and what ends that.

#include "hosts/circuit_breaker.h"

#include <gtest/gtest.h>

namespace sealgate::hosts {
namespace {

using std::chrono::seconds;

class CircuitBreakerTest : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breakers_.failed(there_, settings_, now_);
  }
  bool may_go() { return !breakers_.ask(there_, now_); }

  CircuitBreakers breakers_;
  const Destination there_{"Out", 0, ""};
  const artifacts::CircuitBreaker settings_{3, seconds(30)};
  CircuitBreakers::Moment now_{};
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
  fail(2);
  EXPECT_TRUE(may_go());
  breakers_.succeeded(there_);
  fail(2);
  EXPECT_TRUE(may_go());
  fail(1);
  EXPECT_FALSE(may_go());
  EXPECT_EQ(breakers_.ask(there_, now_), now_ + seconds(30));
  EXPECT_EQ(breakers_.closed(now_).paused, std::vector<std::string>{"Out"});
}

TEST_F(CircuitBreakerTest, AfterThePauseOneProbeAndItsSuccessEndsIt) {
  fail(3);
  now_ += seconds(30);
  EXPECT_EQ(breakers_.closed(now_).probing, std::vector<std::string>{"Out"});
  EXPECT_TRUE(may_go());
  EXPECT_FALSE(may_go());
  EXPECT_EQ(breakers_.closed(now_).paused, std::vector<std::string>{"Out"});
  breakers_.succeeded(there_);
  EXPECT_TRUE(may_go());
  EXPECT_TRUE(may_go());
  EXPECT_TRUE(breakers_.closed(now_).paused.empty());
  // And then it takes all failures again.
  fail(2);
  EXPECT_TRUE(may_go());
}

TEST_F(CircuitBreakerTest, AFailedProbeIsTheNextPause) {
  fail(3);
  now_ += seconds(30);
  EXPECT_TRUE(may_go());
  fail(1);
  EXPECT_FALSE(may_go());
  now_ += seconds(29);
  EXPECT_FALSE(may_go());
  now_ += seconds(1);
  EXPECT_TRUE(may_go());
}

TEST_F(CircuitBreakerTest, WhatWasOnItsWayDoesNotMakeThePauseLonger) {
  fail(3);
  now_ += seconds(20);
  fail(5);
  now_ += seconds(10);
  EXPECT_TRUE(may_go());
}

TEST_F(CircuitBreakerTest, AProbeThatNeverBeganLeavesItsTurnToTheNext) {
  fail(3);
  now_ += seconds(30);
  EXPECT_TRUE(may_go());
  breakers_.abandoned(there_);
  EXPECT_TRUE(may_go());
}

TEST_F(CircuitBreakerTest, DestinationsAreApart) {
  fail(3);
  EXPECT_FALSE(breakers_.ask({"Out", 1, ""}, now_));
  EXPECT_FALSE(breakers_.ask({"Other", 0, ""}, now_));
  // A backup that fails does not keep the port from its primary transport, nor one address a dynamic port.
  for (int i = 0; i < 3; ++i) breakers_.failed({"Two", 1, ""}, settings_, now_);
  for (int i = 0; i < 3; ++i) breakers_.failed({"Dynamic", 0, "http://a"}, settings_, now_);
  EXPECT_EQ(breakers_.closed(now_).paused, std::vector<std::string>{"Out"});
  EXPECT_TRUE(breakers_.ask({"Dynamic", 0, "http://a"}, now_));
}

}  // namespace
}  // namespace sealgate::hosts
