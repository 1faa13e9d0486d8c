// When work is taken: priorities, times before which it must not be, transports, and who may take it.

#include <algorithm>
#include <map>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, MoreUrgentWorkGoesFirstButNothingStarves) {
  const WorkId ordinary = publish_one(step(), to_port("Out"), at(0));
  const WorkId urgent = publish_one(step(), to_port("Out", kHighestPriority), at(39));
  const WorkId too_late = publish_one(step(), to_port("Out", kHighestPriority), at(41));
  const WorkId patient = publish_one(step(), to_port("Out", kLowestPriority), at(0));
  const WorkId after_patient = publish_one(step(), to_port("Out"), at(51));
  // Each step of priority counts ten seconds: 40 earlier for the highest, 50 later for the lowest.
  EXPECT_EQ(claimed(step(), at(100)), (std::vector{urgent, ordinary, too_late, patient, after_patient}));
}

TEST_P(BoxSuite, PrioritiesHoldAcrossPortsAndAreTold) {
  publish_one(step(), to_port("A"), at(0));
  const WorkId urgent = publish_one(step(), to_port("B", 2), at(1));
  ClaimRequest request = claim_at(at(2));
  request.limit = 1;
  const auto items = step().claim(request);
  ASSERT_EQ(items->size(), 1U);
  EXPECT_EQ(items->front().claim.work, urgent);
  EXPECT_EQ(items->front().priority, 2);
  EXPECT_EQ(step().show(urgent)->priority, 2);
}

TEST_P(BoxSuite, AllOfAPriorityComesEvenWithoutAnEndOfUrgentWork) {
  const WorkId patient = publish_one(step(), to_port("Out", kLowestPriority), at(0));
  for (int second = 0; second < 120; ++second) {
    publish_one(current(), to_port("Out", kHighestPriority), at(second));
    ClaimRequest request = claim_at(at(second));
    request.limit = 1;
    const auto taken = current().claim(request);
    ASSERT_EQ(taken->size(), 1U);
    if (taken->front().claim.work == patient) return;
    ASSERT_TRUE(current().complete(taken->front().claim, at(second)));
  }
  FAIL() << "it starved for two minutes";
}

TEST_P(BoxSuite, ScheduledWorkWaitsForItsTime) {
  Delivery later = to_port("Out");
  later.not_before = at(100);
  const WorkId id = publish_one(step(), std::move(later), at(0));
  WorkSummary summary = only(step());
  EXPECT_EQ(summary.state, WorkState::Scheduled);
  EXPECT_EQ(summary.due, at(100));
  EXPECT_EQ(step().counts()->scheduled, 1U);
  EXPECT_TRUE(claimed(step(), at(99)).empty());
  EXPECT_EQ(step().next_due(at(99)).value(), at(100));
  WorkItem item = claim_one(step(), at(100));
  EXPECT_EQ(item.claim.work, id);
  ASSERT_TRUE(step().postpone(item.claim, at(200), at(101)));
  summary = only(step());
  EXPECT_EQ(summary.state, WorkState::Scheduled);
  EXPECT_EQ(summary.attempts, 0);
  EXPECT_FALSE(summary.failure);
  EXPECT_TRUE(claimed(step(), at(199)).empty());
  item = claim_one(step(), at(200));
  EXPECT_EQ(item.attempts, 0);
  EXPECT_EQ(step().postpone(Claim{id, "host-2", item.claim.lease}, at(300), at(201)).error().code, kLeaseLost);
}

TEST_P(BoxSuite, ATimeThatIsPastDelaysNothing) {
  Delivery past = to_port("Out");
  past.not_before = at(5);
  const WorkId id = publish_one(step(), std::move(past), at(10));
  EXPECT_EQ(claimed(step(), at(10)), std::vector{id});
}

TEST_P(BoxSuite, EachTransportCountsItsOwnAttempts) {
  const WorkId id = publish_one(step(), to_port("Out"), at(0));
  WorkItem item = claim_one(step(), at(1));
  EXPECT_EQ(item.transport, 0);
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(10), 0, {}}, at(2)));
  item = claim_one(step(), at(10));
  EXPECT_EQ(item.attempts, 1);
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(20), 1, {}}, at(11)));
  EXPECT_EQ(only(step()).transport, 1);
  item = claim_one(step(), at(20));
  EXPECT_EQ(item.transport, 1);
  EXPECT_EQ(item.attempts, 0);
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(30), 1, {}}, at(21)));
  item = claim_one(step(), at(30));
  EXPECT_EQ(item.transport, 1);
  EXPECT_EQ(item.attempts, 1);
  ASSERT_TRUE(step().suspend(item.claim, failure(), at(31)));
  ASSERT_TRUE(step().resume(id, false, at(40)));
  item = claim_one(step(), at(40));
  EXPECT_EQ(item.transport, 0);
  EXPECT_EQ(item.attempts, 0);
}

TEST_P(BoxSuite, AnAnswerIsTakenByTheInstanceWhoseCallerWaits) {
  Delivery answer = to_port("In");
  answer.kind = WorkKind::Respond;
  answer.instance = "host-2";
  const WorkId id = publish_one(step(), answer, at(0));
  answer.instance = "";
  const WorkId anybody = publish_one(step(), answer, at(1));
  EXPECT_EQ(step().show(id)->kind, WorkKind::Respond);
  const WorkItem other = claim_one(step(), at(2), "host-1");
  EXPECT_EQ(other.claim.work, anybody);
  EXPECT_EQ(other.kind, WorkKind::Respond);
  const WorkItem item = claim_one(step(), at(2), "host-2");
  EXPECT_EQ(item.claim.work, id);
  ASSERT_TRUE(step().complete(item.claim, at(3)));
  EXPECT_EQ(state_of(step(), id), WorkState::Completed);
}

TEST_P(BoxSuite, AClaimTakesOfEachPortAsMuchAsItMay) {
  for (int i = 0; i < 10; ++i) {
    publish_one(step(), to_port("A"), at(i));
    publish_one(step(), to_port("B"), at(20 + i));
    publish_one(step(), to_port("C"), at(40 + i));
  }
  ClaimRequest request = claim_at(at(100));
  request.limit = 100;
  request.per_port = 3;
  request.port_limits = {{"B", 1}, {"C", 5}, {"D", 9}};
  std::map<std::string, std::size_t> taken;
  const auto items = step().claim(request);
  for (const WorkItem& item : *items) ++taken[item.port];
  EXPECT_EQ(taken, (std::map<std::string, std::size_t>{{"A", 3}, {"B", 1}, {"C", 5}}));
  EXPECT_TRUE(std::is_sorted(items->begin(), items->end(),
                             [](const WorkItem& a, const WorkItem& b) { return a.created < b.created; }));
  request.limit = 4;
  request.per_port = 100;
  request.port_limits = {{"A", 0}};
  const auto rest = step().claim(request);
  ASSERT_EQ(rest->size(), 4U);
  EXPECT_TRUE(std::ranges::all_of(*rest, [](const WorkItem& item) { return item.port == "B"; }));
}

TEST_P(BoxSuite, ALargeBacklogOfSkippedPortsHidesNobody) {
  for (int i = 0; i < 20; ++i) {
    PublishRequest request;
    for (int k = 0; k < 100; ++k) request.publications.push_back(publication(current(), content_of(20, 1), {"Busy"}));
    ASSERT_TRUE(current().publish(std::move(request), at(0)));
  }
  const WorkId free = publish_one(step(), to_port("Free"), at(50));
  const WorkId last = publish_one(step(), to_port("Zzz"), at(60));
  ClaimRequest request = claim_at(at(100));
  request.skip_ports = {"Busy"};
  const auto items = step().claim(request);
  ASSERT_EQ(items->size(), 2U);
  EXPECT_EQ(items->at(0).claim.work, free);
  EXPECT_EQ(items->at(1).claim.work, last);
  EXPECT_TRUE(step().claim(request)->empty());
}

TEST_P(BoxSuite, WithVeryManyPortsEachHasItsTurn) {
  constexpr int kPorts = 700;
  for (int round = 0; round < 2; ++round) {
    for (int first = 0; first < kPorts; first += 100) {
      PublishRequest request;
      for (int i = first; i < first + 100; ++i) {
        request.publications.push_back(publication(current(), content_of(5, 1), {"Port" + std::to_string(i)}));
      }
      ASSERT_TRUE(current().publish(std::move(request), at(round)));
    }
  }
  std::map<std::string, int> taken;
  for (int i = 0; i < 200 && taken.size() < kPorts; ++i) {
    ClaimRequest request = claim_at(at(10));
    request.limit = 64;
    request.skip_ports = {"Port0", "Port350", "Port699"};
    const auto items = current().claim(request);
    ASSERT_TRUE(items);
    if (items->empty()) break;
    for (const WorkItem& item : *items) ++taken[item.port];
  }
  EXPECT_EQ(taken.size(), kPorts - 3U);
  EXPECT_TRUE(std::ranges::all_of(taken, [](const auto& entry) { return entry.second <= 2; }));
}

}  // namespace sealgate::store
