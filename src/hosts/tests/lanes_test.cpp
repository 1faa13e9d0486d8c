// Which claimed work runs next, and how much is claimed.

#include "hosts/lanes.h"

#include <gtest/gtest.h>

namespace sealgate::hosts {
namespace {

using messaging::WorkItem;

WorkItem item(const std::string& port, const std::string& id, int created = 0, int priority = 5) {
  WorkItem made;
  made.port = port;
  made.claim.work = messaging::WorkId(id);
  made.created = Time(std::chrono::seconds(created));
  made.priority = priority;
  return made;
}

std::string next_id(Lanes& lanes) {
  const auto next = lanes.next();
  return next ? next->claim.work.text() : "";
}

TEST(Lanes, RunsNoMoreOfAPortThanItMay) {
  Lanes lanes;
  for (int i = 0; i < 5; ++i) lanes.add(item("A", "a" + std::to_string(i), i), 2);
  const auto first = lanes.next();
  const auto second = lanes.next();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(lanes.can_run());
  EXPECT_FALSE(lanes.next());
  EXPECT_EQ(lanes.waiting(), 3U);
  lanes.done(*second);
  EXPECT_EQ(next_id(lanes), "a2");
  EXPECT_FALSE(lanes.next());
}

TEST(Lanes, PortsTakeTurns) {
  Lanes lanes;
  for (int i = 0; i < 3; ++i) lanes.add(item("A", "a" + std::to_string(i), i), 8);
  lanes.add(item("B", "b0", 100), 8);
  EXPECT_EQ(next_id(lanes), "a0");
  EXPECT_EQ(next_id(lanes), "b0");
  EXPECT_EQ(next_id(lanes), "a1");
  EXPECT_EQ(next_id(lanes), "a2");
  EXPECT_EQ(next_id(lanes), "");
}

TEST(Lanes, AnUrgentMessageCountsFromEarlierButDoesNotStarveTheOthers) {
  Lanes lanes;
  lanes.add(item("A", "old", 0, 5), 8);
  lanes.add(item("A", "late", 35, 5), 8);
  lanes.add(item("A", "urgent", 60, 1), 8);
  lanes.add(item("A", "slow", 0, 10), 8);
  EXPECT_EQ(next_id(lanes), "old");
  EXPECT_EQ(next_id(lanes), "urgent");
  EXPECT_EQ(next_id(lanes), "late");
  EXPECT_EQ(next_id(lanes), "slow");
}

TEST(Lanes, OtherKindsDoNotWaitForASendPortOfTheSameName) {
  Lanes lanes;
  lanes.add(item("A", "send"), 1);
  auto response = item("A", "respond");
  response.kind = messaging::WorkKind::Respond;
  lanes.add(response, 1);
  EXPECT_EQ(next_id(lanes), "send");
  EXPECT_EQ(next_id(lanes), "respond");
}

TEST(Lanes, ClaimsInBatchesAndSkipsPortsThatHaveEnough) {
  Lanes lanes;
  for (int i = 0; i < 33; ++i) lanes.add(item("A", "a" + std::to_string(i), i), 2);
  lanes.add(item("B", "b"), 4);
  lanes.add(item("C", "c"), 40);
  messaging::ClaimRequest request;
  lanes.limit(request);
  EXPECT_EQ(request.skip_ports, std::vector<std::string>{"A"});
  ASSERT_TRUE(request.port_limits.contains("B"));
  EXPECT_EQ(request.port_limits.at("B"), 63U) << "even a slow port is claimed for in batches";
  EXPECT_EQ(request.port_limits.at("C"), 79U) << "twice what it may run";
}

TEST(Lanes, AsksForMoreOnlyWhereTheLastClaimWasFull) {
  Lanes lanes;
  messaging::ClaimRequest request;
  request.per_port = 2;
  lanes.add(item("A", "a0", 0), 2);
  lanes.add(item("A", "a1", 1), 2);
  lanes.add(item("B", "b0", 0), 2);
  lanes.note_claimed(request, {{"A", 2}, {"B", 1}});
  const auto a = lanes.next();
  const auto b = lanes.next();
  ASSERT_TRUE(a && b);
  EXPECT_TRUE(lanes.done(*a));
  EXPECT_FALSE(lanes.done(*b));
}

TEST(Lanes, DrainedItHasNothingButWhatRuns) {
  Lanes lanes;
  for (int i = 0; i < 3; ++i) lanes.add(item("A", "a" + std::to_string(i), i), 1);
  const auto running = lanes.next();
  EXPECT_EQ(lanes.drain().size(), 2U);
  EXPECT_EQ(lanes.waiting(), 0U);
  EXPECT_FALSE(lanes.can_run());
  lanes.done(*running);
  EXPECT_FALSE(lanes.next());
}

}  // namespace
}  // namespace sealgate::hosts
