// The part of the behaviour suite that needs threads.

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, ManyThreadsPublishAndTakeEachWorkItemOnce) {
  MessageBox& box = step();
  constexpr unsigned kPublishers = 4;
  constexpr unsigned kWorkers = 4;
  constexpr unsigned kEach = 25;
  std::atomic<unsigned> heard = 0;
  box.on_work([&] { ++heard; });
  std::atomic<unsigned> completed = 0;
  std::mutex mutex;
  std::map<WorkId, unsigned> taken;
  std::map<unsigned, unsigned> contents;
  std::vector<std::thread> threads;
  for (unsigned publisher = 0; publisher < kPublishers; ++publisher) {
    threads.emplace_back([&, publisher] {
      for (unsigned i = 0; i < kEach; ++i) {
        const unsigned number = publisher * kEach + i;
        const Bytes content = content_of(number % 4 == 0 ? 70'000 : 500, number);
        EXPECT_TRUE(box.publish(request_of(publication(box, content, {"A", "B"})), at(number)));
      }
    });
  }
  for (unsigned worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      while (completed < kPublishers * kEach * 2) {
        ClaimRequest request = claim_at(at(1000), "host-" + std::to_string(worker));
        request.limit = 3;
        const auto items = box.claim(request);
        ASSERT_TRUE(items) << items.error().to_string();
        for (const WorkItem& item : *items) {
          const auto message = box.load(item.message);
          ASSERT_TRUE(message);
          const auto number = static_cast<unsigned>((item.created - at(0)) / std::chrono::seconds(1));
          EXPECT_EQ(read(*message->parts[0].body), content_of(number % 4 == 0 ? 70'000 : 500, number));
          ASSERT_TRUE(box.complete(item.claim, at(1001)));
          const std::scoped_lock lock(mutex);
          ++taken[item.claim.work];
          ++contents[number];
          ++completed;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), kPublishers * kEach * 2);
  EXPECT_TRUE(std::ranges::all_of(taken, [](const auto& entry) { return entry.second == 1; }));
  EXPECT_TRUE(std::ranges::all_of(contents, [](const auto& entry) { return entry.second == 2; }));
  EXPECT_EQ(heard, kPublishers * kEach);
  EXPECT_EQ(step().counts()->completed, kPublishers * kEach * 2);
}

TEST_P(BoxSuite, OneSourceOfManyThreadsIsReceivedOnce) {
  MessageBox& box = step();
  std::atomic<unsigned> fresh = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto published = box.publish(request_of(publication(box, content_of(70'000, i)), "the-file"), at(0));
      ASSERT_TRUE(published);
      if (!published->duplicate) ++fresh;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh, 1U);
  EXPECT_EQ(step().list({})->size(), 1U);
}

}  // namespace sealgate::store
