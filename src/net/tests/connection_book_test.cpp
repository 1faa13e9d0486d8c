// Who has to go when the house is full.

#include "net/server/connection_book.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sealgate::net::server {
namespace {

using State = ConnectionBook::State;

TEST(ConnectionBook, CountsWhoIsThere) {
  ConnectionBook book({2, 0});
  auto a = book.admit("a", false, [] {});
  auto b = book.admit("b", false, [] {});
  EXPECT_EQ(book.size(), 2U);
  EXPECT_TRUE(a->enter(State::Working));
  EXPECT_TRUE(b->enter(State::Working));
  EXPECT_EQ(book.admit("c", false, [] {}), nullptr) << "who works is never asked to leave";
  EXPECT_TRUE(b->enter(State::Idle));
  a.reset();
  EXPECT_EQ(book.size(), 1U);
}

TEST(ConnectionBook, AsksTheIdleOnesBeforeThoseThatJustCame) {
  ConnectionBook book({2, 0});
  bool idle_left = false;
  bool fresh_left = false;
  auto idle = book.admit("a", false, [&] { idle_left = true; });
  EXPECT_TRUE(idle->enter(State::Idle));
  auto fresh = book.admit("a", false, [&] { fresh_left = true; });
  auto next = book.admit("b", false, [] {});
  EXPECT_TRUE(idle_left);
  EXPECT_FALSE(idle->enter(State::Working)) << "too late";
  EXPECT_EQ(book.size(), 2U);
  auto last = book.admit("b", false, [] {});
  EXPECT_TRUE(fresh_left) << "nobody idles: the oldest of those that wait";
  EXPECT_FALSE(fresh->enter(State::Idle));
  EXPECT_TRUE(next->enter(State::Moving));
  EXPECT_TRUE(last->enter(State::Moving));
  EXPECT_EQ(book.admit("c", false, [] {}), nullptr) << "bodies that move stay";
}

TEST(ConnectionBook, AnAddressAtItsLimitMakesItsOwnRoom) {
  ConnectionBook book({100, 2});
  bool other_left = false;
  auto other = book.admit("other", false, [&] { other_left = true; });
  EXPECT_TRUE(other->enter(State::Idle));
  std::vector<std::unique_ptr<ConnectionBook::Place>> places;
  int left = 0;
  for (int i = 0; i < 10; ++i) places.push_back(book.admit("a", false, [&] { ++left; }));
  EXPECT_EQ(left, 8);
  EXPECT_EQ(book.size(), 3U);
  for (auto& place : places) place->enter(State::Working);
  EXPECT_EQ(book.admit("a", false, [] {}), nullptr);
  EXPECT_NE(book.admit("a", true, [] {}), nullptr) << "a proxy has no limit of its own";
  EXPECT_FALSE(other_left);
  places.clear();
  EXPECT_EQ(book.size(), 1U);
}

TEST(ConnectionBook, ManyThreadsLeaveNothingBehind) {
  ConnectionBook book({50, 10});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&book, t] {
      std::vector<std::unique_ptr<ConnectionBook::Place>> mine;
      for (int i = 0; i < 2000; ++i) {
        auto place = book.admit(std::to_string((t * 7 + i) % 13), i % 5 == 0, [] {});
        if (place && place->enter(i % 2 == 0 ? State::Idle : State::Working)) mine.push_back(std::move(place));
        if (mine.size() > 5) mine.erase(mine.begin());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(book.size(), 0U);
}

}  // namespace
}  // namespace sealgate::net::server
