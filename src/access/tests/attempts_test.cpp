// Whoever guesses must wait, longer each time, by name and by network, and nobody learns from it who is there.

#include <thread>

#include "access/attempts.h"
#include "access/tests/gate_fixture.h"

namespace sealgate::access {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

class AttemptsTest : public ::testing::Test {
 protected:
  /// How many of so many attempts were let through.
  int begin(int count, const std::string& name, const std::string& address) {
    int let = 0;
    for (int i = 0; i < count; ++i) let += attempts_.begin(name, address) ? 1 : 0;
    return let;
  }
  std::chrono::milliseconds pause(const std::string& name, const std::string& address = kHome) {
    return attempts_.pause(name, address).value();
  }

  MemoryStorage storage_;
  SharedClock clock_;
  Attempts attempts_{storage_, clock_};
};

TEST_F(AttemptsTest, ThePauseGrowsAndIsBounded) {
  EXPECT_EQ(begin(5, "alice", kHome), 5);
  EXPECT_EQ(pause("alice"), 0ms);
  std::chrono::milliseconds expected = 2s;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(attempts_.begin("alice", "192.0.2." + std::to_string(i))) << i;
    EXPECT_EQ(pause("alice"), expected);
    EXPECT_EQ(begin(3, "alice", kHome), 0) << "what waits does not count";
    EXPECT_EQ(pause("alice"), expected);
    clock_.advance(expected - 1ms);
    EXPECT_EQ(begin(1, "alice", kHome), 0);
    clock_.advance(1ms);
    expected = std::min<std::chrono::milliseconds>(expected * 2, 15min);
  }
  EXPECT_EQ(expected, 15min);
}

TEST_F(AttemptsTest, WhoWaitsIsToldHowLong) {
  begin(6, "alice", kHome);
  const auto refused = attempts_.begin("alice", kHome);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kTooManyAttempts);
  EXPECT_EQ(refused.error().remedy, "wait 2 s");
}

TEST_F(AttemptsTest, ANetworkCountsOverAllNames) {
  for (int i = 0; i < 21; ++i) EXPECT_EQ(begin(1, "name" + std::to_string(i), kHome), 1);
  EXPECT_EQ(pause("somebody else"), 2s);
  EXPECT_EQ(pause("somebody else", "192.0.2.8"), 0ms);
  EXPECT_EQ(pause("somebody else", "::ffff:" + kHome), 2s) << "the same address in another form";
}

TEST_F(AttemptsTest, TheFirstHalfOfAnIpv6AddressIsTheNetwork) {
  for (int i = 0; i < 21; ++i) begin(1, "name" + std::to_string(i), "2001:db8:1:2::" + std::to_string(i + 1));
  EXPECT_EQ(pause("somebody else", "2001:db8:1:2:ffff::9"), 2s);
  EXPECT_EQ(pause("somebody else", "2001:db8:1:3::1"), 0ms);
}

TEST_F(AttemptsTest, AfterADayItStartsAnew) {
  begin(6, "alice", kHome);
  clock_.advance(24h - 1ms);
  ASSERT_TRUE(attempts_.begin("alice", kHome));
  EXPECT_EQ(pause("alice"), 4s);
  clock_.advance(24h);
  EXPECT_EQ(begin(5, "alice", kHome), 5);
  EXPECT_EQ(pause("alice"), 0ms);
}

TEST_F(AttemptsTest, AClockThatIsTurnedBackDoesNotMakeItLonger) {
  begin(6, "alice", kHome);
  clock_.advance(-1h);
  EXPECT_EQ(pause("alice"), 2s);
}

TEST_F(AttemptsTest, SuccessForgivesTheNameAndOneOfTheNetwork) {
  begin(6, "alice", kHome);
  for (int i = 0; i < 14; ++i) begin(1, "name" + std::to_string(i), kHome);
  clock_.advance(2s);
  ASSERT_TRUE(attempts_.begin("alice", kHome));
  Change change;
  ASSERT_TRUE(attempts_.forgive("alice", kHome, change));
  ASSERT_TRUE(storage_.change(change).value());
  EXPECT_EQ(begin(1, "alice", kHome), 1);
  EXPECT_EQ(pause("alice", "192.0.2.8"), 0ms);
  EXPECT_EQ(pause("nobody"), 2s) << "the network has its 21st";
}

TEST_F(AttemptsTest, ManyAtOnceAreCountedOneByOne) {
  std::atomic<int> let = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5; ++j) let += attempts_.begin("alice", kHome) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(let, 6) << "five, and the one that begins the first pause";
}

TEST_F(GateTest, AKnownAndAnUnknownNameAreShutOutAlike) {
  std::vector<std::string> known;
  std::vector<std::string> unknown;
  for (int i = 0; i < 8; ++i) {
    known.push_back(code_of(sign_in("root", "not the password!", {}, "192.0.2.1")));
    unknown.push_back(code_of(sign_in("nobody", "not the password!", {}, "192.0.2.2")));
  }
  EXPECT_EQ(known, unknown);
  EXPECT_EQ(known.back(), "access.too-many-attempts");
  EXPECT_EQ(gate_.pause("root", kHome).value(), gate_.pause("nobody", kHome).value());
  EXPECT_EQ(code_of(sign_in("root")), "access.too-many-attempts") << "also with the right one, from anywhere";
  clock_.advance(2s);
  EXPECT_EQ(code_of(sign_in("root")), "ok");
  EXPECT_EQ(gate_.pause("root", kHome).value(), 0ms);
}

TEST_F(GateTest, GuessingAPasswordThroughASessionIsCountedToo) {
  const Identity who = as("root");
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(code_of(gate_.change_password(who, secret("guess number " + std::to_string(i)), secret(kPassword))),
              "access.wrong-password");
  }
  EXPECT_EQ(code_of(gate_.change_password(who, secret(kPassword), secret("another long password"))),
            "access.too-many-attempts");
}

TEST_F(GateTest, WhatIsRefusedBecauseOfThePauseFillsNoLog) {
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(sign_in("root", "not the password!"));
  const std::size_t records = storage_.log.size();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(sign_in("root", "not the password!"));
  EXPECT_EQ(storage_.log.size(), records);
}

}  // namespace
}  // namespace sealgate::access
