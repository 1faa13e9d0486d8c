#include "net/server/workers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace sealgate::net::server {
namespace {

/// A call that stays in its thread until it is let go.
class Held {
 public:
  explicit Held(Workers& workers) {
    workers.run([this] {
      thread_.set_value(std::this_thread::get_id());
      release_.get_future().wait();
      done_.set_value();
    });
  }
  std::thread::id thread() { return thread_.get_future().get(); }
  void end() {
    release_.set_value();
    done_.get_future().wait();
  }

 private:
  std::promise<std::thread::id> thread_;
  std::promise<void> release_, done_;
};

std::thread::id thread_of_a_call(Workers& workers) {
  std::promise<std::thread::id> told;
  workers.run([&told] { told.set_value(std::this_thread::get_id()); });
  return told.get_future().get();
}

void settle(const Workers& workers) {
  while (workers.idle() < workers.threads()) std::this_thread::yield();
}

TEST(Workers, AThreadStartsOnlyWhenNoneIsIdle) {
  Workers workers(8);
  settle(workers);
  EXPECT_EQ(workers.threads(), 1U);
  Held first(workers), second(workers);
  EXPECT_NE(first.thread(), second.thread());
  EXPECT_EQ(workers.threads(), 2U);
  first.end();
  second.end();
  for (int call = 0; call < 100; ++call) {
    settle(workers);
    thread_of_a_call(workers);
  }
  EXPECT_EQ(workers.threads(), 2U);
}

TEST(Workers, NeverMoreThanWasAskedForAndTheRestWaitsInTheOrderOfTheCalls) {
  Workers workers(2);
  Held first(workers), second(workers);
  first.thread();
  second.thread();
  std::mutex mutex;
  std::vector<int> order;
  std::latch all(20);
  for (int call = 0; call < 20; ++call) {
    workers.run([&, call] {
      const std::lock_guard lock(mutex);
      order.push_back(call);
      all.count_down();
    });
  }
  EXPECT_EQ(workers.threads(), 2U);
  first.end();  // one thread alone works them off
  all.wait();
  second.end();
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(order.size(), 20U);
}

TEST(Workers, ACallGoesToTheThreadThatBecameIdleLast) {
  Workers workers(4);
  Held one(workers), two(workers), three(workers);
  std::set<std::thread::id> threads{one.thread(), two.thread(), three.thread()};
  ASSERT_EQ(threads.size(), 3U);
  one.end();
  two.end();
  three.end();
  settle(workers);
  const auto warm = thread_of_a_call(workers);
  for (int call = 0; call < 50; ++call) {
    settle(workers);
    EXPECT_EQ(thread_of_a_call(workers), warm);
  }
}

TEST(Workers, ItIsSaidHowLongTheOldestCallWaits) {
  Workers workers(1);
  EXPECT_EQ(workers.longest_wait().count(), 0);
  Held running(workers);
  running.thread();
  EXPECT_EQ(workers.longest_wait().count(), 0) << "it runs, it does not wait";
  std::promise<void> later;
  const auto before = std::chrono::steady_clock::now();
  workers.run([&later] { later.set_value(); });
  const auto waited = workers.longest_wait();
  EXPECT_LE(waited, std::chrono::steady_clock::now() - before);
  EXPECT_GT(workers.longest_wait(), waited);
  running.end();
  later.get_future().wait();
  EXPECT_EQ(workers.longest_wait().count(), 0);
}

TEST(Workers, JoinWaitsForEverythingThatWasHandedOver) {
  std::atomic<int> done = 0;
  Workers workers(3);
  for (int call = 0; call < 1000; ++call) workers.run([&done] { ++done; });
  workers.join();
  EXPECT_EQ(done, 1000);
}

TEST(Workers, CallsFromManyThreadsAllRunOnce) {
  std::atomic<int> done = 0;
  {
    Workers workers(5);
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&] {
        for (int call = 0; call < 500; ++call) workers.run([&done] { ++done; });
      });
    }
    callers.clear();
    EXPECT_LE(workers.threads(), 5U);
  }
  EXPECT_EQ(done, 4000);
}

}  // namespace
}  // namespace sealgate::net::server
