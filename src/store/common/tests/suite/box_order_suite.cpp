// Ordered delivery: one at a time, in the order of acceptance, whatever happens to the head.

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, OrderedWorkIsTakenOneAtATimeInTheOrderOfAcceptance) {
  std::vector<WorkId> accepted;
  for (int i = 0; i < 5; ++i) accepted.push_back(publish_one(step(), in_order("Out"), at(i)));
  for (int i = 0; i < 5; ++i) {
    const WorkItem item = claim_one(step(), at(10 + i));
    EXPECT_EQ(item.claim.work, accepted[static_cast<std::size_t>(i)]);
    EXPECT_TRUE(item.ordered);
    EXPECT_TRUE(claimed(step(), at(10 + i)).empty()) << "the head is in flight";
    ASSERT_TRUE(step().complete(item.claim, at(10 + i)));
  }
  EXPECT_TRUE(claimed(step(), at(20)).empty());
}

TEST_P(BoxSuite, TheOrderIsThatOfAcceptanceAlsoWithinOneCommitAndWithAClockSetBack) {
  std::vector<WorkId> accepted;
  PublishRequest request;
  for (int i = 0; i < 20; ++i) {
    Publication one = publication(current(), content_of(20, 1), {});
    one.deliveries.push_back(in_order("Out"));
    // Identities that do not sort by time.
    one.deliveries.back().id = WorkId("0190163d-8694-739b-aea5-966c26f8ad" + std::to_string(89 - 3 * i));
    accepted.push_back(one.deliveries.back().id);
    request.publications.push_back(std::move(one));
  }
  ASSERT_TRUE(step().publish(std::move(request), at(1000)));
  accepted.push_back(publish_one(step(), in_order("Out"), at(10)));
  Delivery urgent = in_order("Out");
  urgent.priority = kHighestPriority;
  accepted.push_back(publish_one(step(), std::move(urgent), at(5)));
  for (const WorkId& expected : accepted) {
    const WorkItem item = claim_one(step(), at(20));
    EXPECT_EQ(item.claim.work, expected);
    ASSERT_TRUE(step().complete(item.claim, at(20)));
  }
}

TEST_P(BoxSuite, OrderedWorkWaitsForItsHeadThroughRetriesLeasesAndReleases) {
  const WorkId head = publish_one(step(), in_order("Out"), at(0));
  const WorkId next = publish_one(step(), in_order("Out"), at(1));
  WorkItem item = claim_one(step(), at(2));
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(100), 0, {}}, at(3)));
  EXPECT_TRUE(claimed(step(), at(99)).empty());
  EXPECT_EQ(step().next_due(at(99)).value(), at(100));
  item = claim_one(step(), at(100));
  EXPECT_EQ(item.claim.work, head);
  ASSERT_TRUE(step().postpone(item.claim, at(200), at(101)));
  EXPECT_TRUE(claimed(step(), at(199)).empty());
  item = claim_one(step(), at(200));
  EXPECT_EQ(item.claim.work, head);
  ASSERT_TRUE(step().release(item.claim, at(201)));
  EXPECT_EQ(claimed(step(), at(201)), std::vector{head});
  EXPECT_EQ(claimed(step(), at(261)), std::vector{head}) << "the lease ran out";
  ASSERT_EQ(step().release_all("host-1", at(262)).value(), 1U);
  item = claim_one(step(), at(262));
  EXPECT_EQ(item.claim.work, head);
  ASSERT_TRUE(step().complete(item.claim, at(263)));
  EXPECT_EQ(claimed(step(), at(263)), std::vector{next});
}

TEST_P(BoxSuite, AResumableHeadHoldsUpItsQueueAndAnotherDoesNot) {
  const WorkId first = publish_one(step(), in_order("Out"), at(0));
  const WorkId second = publish_one(step(), in_order("Out"), at(1));
  const WorkId third = publish_one(step(), in_order("Out"), at(2));
  const WorkItem head = claim_one(step(), at(3));
  ASSERT_TRUE(step().suspend(head.claim, failure(true), at(3)));
  EXPECT_TRUE(claimed(step(), at(4)).empty());
  ASSERT_TRUE(step().resume(first, false, at(5)));
  const WorkItem again = claim_one(step(), at(5));
  EXPECT_EQ(again.claim.work, first);
  ASSERT_TRUE(step().suspend(again.claim, failure(false), at(6)));
  EXPECT_EQ(claimed(step(), at(7)), std::vector{second});
  ASSERT_TRUE(step().terminate(second, at(8)));
  EXPECT_EQ(claimed(step(), at(9)), std::vector{third});
}

TEST_P(BoxSuite, WhatIsTerminatedOrSuspendedInTheMiddleOfAQueueLeavesNoGap) {
  std::vector<WorkId> all;
  for (int i = 0; i < 5; ++i) {
    Delivery delivery = in_order("Out");
    if (i == 2) delivery.suspended = failure(true);
    if (i == 3) delivery.suspended = failure(false);
    all.push_back(publish_one(step(), std::move(delivery), at(i)));
  }
  WorkItem item = claim_one(step(), at(10));
  EXPECT_EQ(item.claim.work, all[0]);
  ASSERT_TRUE(step().terminate(all[1], at(10)));
  EXPECT_TRUE(claimed(step(), at(10)).empty());
  ASSERT_TRUE(step().complete(item.claim, at(11)));
  EXPECT_TRUE(claimed(step(), at(11)).empty()) << "the third is suspended and is now the head";
  ASSERT_TRUE(step().resume(all[2], false, at(12)));
  item = claim_one(step(), at(12));
  EXPECT_EQ(item.claim.work, all[2]);
  ASSERT_TRUE(step().complete(item.claim, at(13)));
  EXPECT_EQ(claimed(step(), at(13)), std::vector{all[4]});
}

TEST_P(BoxSuite, ResumedBehindTheHeadItWaitsForItsTurn) {
  const WorkId first = publish_one(step(), in_order("Out"), at(0));
  Delivery stopped = in_order("Out");
  stopped.suspended = failure(true);
  const WorkId second = publish_one(step(), std::move(stopped), at(1));
  ASSERT_TRUE(step().resume(second, true, at(2)));
  WorkItem item = claim_one(step(), at(3));
  EXPECT_EQ(item.claim.work, first);
  ASSERT_TRUE(step().complete(item.claim, at(4)));
  item = claim_one(step(), at(4));
  EXPECT_EQ(item.claim.work, second);
  EXPECT_TRUE(item.forced);
}

TEST_P(BoxSuite, OrderedWorkHoldsUpNobodyElse) {
  const WorkId head = publish_one(step(), in_order("Out"), at(0));
  publish_one(step(), in_order("Out"), at(1));
  const WorkId elsewhere = publish_one(step(), in_order("Other"), at(2));
  const WorkId loose = publish_one(step(), to_port("Out"), at(3));
  std::vector<WorkId> first = claimed(step(), at(10));
  std::vector<WorkId> expected{head, elsewhere, loose};
  std::sort(first.begin(), first.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(first, expected);
}

TEST_P(BoxSuite, AScheduledHeadHoldsUpItsQueueUntilItsTime) {
  Delivery later = in_order("Out");
  later.not_before = at(100);
  const WorkId first = publish_one(step(), std::move(later), at(0));
  const WorkId second = publish_one(step(), in_order("Out"), at(1));
  Delivery much_later = in_order("Out");
  much_later.not_before = at(300);
  const WorkId third = publish_one(step(), std::move(much_later), at(2));
  EXPECT_EQ(state_of(step(), first), WorkState::Scheduled);
  EXPECT_TRUE(claimed(step(), at(99)).empty());
  WorkItem item = claim_one(step(), at(100));
  EXPECT_EQ(item.claim.work, first);
  ASSERT_TRUE(step().complete(item.claim, at(101)));
  item = claim_one(step(), at(101));
  EXPECT_EQ(item.claim.work, second);
  ASSERT_TRUE(step().complete(item.claim, at(102)));
  EXPECT_TRUE(claimed(step(), at(299)).empty());
  EXPECT_EQ(claimed(step(), at(300)), std::vector{third});
}

TEST_P(BoxSuite, ATimeThatComesWhileItWaitsBehindTheHeadDoesNotLetItPass) {
  const WorkId first = publish_one(step(), in_order("Out"), at(0));
  Delivery later = in_order("Out");
  later.not_before = at(50);
  const WorkId second = publish_one(step(), std::move(later), at(1));
  WorkItem item = claim_one(step(), at(2));
  EXPECT_EQ(item.claim.work, first);
  ASSERT_TRUE(step().extend(item.claim, at(1000)));
  EXPECT_TRUE(claimed(step(), at(60)).empty());
  ASSERT_TRUE(step().complete(item.claim, at(61)));
  EXPECT_EQ(claimed(step(), at(61)), std::vector{second});
}

TEST_P(BoxSuite, RoutedAgainAndResentWorkJoinsTheEndOfItsQueue) {
  const WorkId first = publish_one(step(), in_order("Out"), at(0));
  WorkItem item = claim_one(step(), at(1));
  const WorkId second = publish_one(step(), in_order("Out"), at(2));
  ASSERT_TRUE(step().complete(item.claim, at(3)));
  const auto again = step().resend(first, in_order(""), at(4));
  ASSERT_TRUE(again) << again.error().to_string();
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1), {})), at(5)));
  const WorkSummary route = step().list({.states = {WorkState::Suspended}})->at(0);
  ASSERT_TRUE(step().resume(route.id, false, at(6)));
  WorkId delivered;
  const auto both = step().claim(claim_at(at(6)));
  for (const WorkItem& taken : *both) {
    if (taken.kind == WorkKind::Route) {
      Delivery delivery = in_order("Out");
      delivery.id = delivered = make_work_id(at(6)).value();
      ASSERT_TRUE(step().deliver(taken.claim, {delivery}, at(6)));
    } else {
      EXPECT_EQ(taken.claim.work, second);
      ASSERT_TRUE(step().complete(taken.claim, at(7)));
    }
  }
  item = claim_one(step(), at(8));
  EXPECT_EQ(item.claim.work, *again);
  ASSERT_TRUE(step().complete(item.claim, at(9)));
  EXPECT_EQ(claimed(step(), at(9)), std::vector{delivered});
}

TEST_P(BoxSuite, WhoEndsTheHeadAnnouncesTheNext) {
  MessageBox& box = step();
  int heard = 0;
  box.on_work([&] { ++heard; });
  publish_one(box, in_order("Out"), at(0));
  publish_one(box, in_order("Out"), at(1));
  const int before = heard;
  const WorkItem item = claim_one(box, at(2));
  EXPECT_EQ(heard, before);
  ASSERT_TRUE(box.complete(item.claim, at(3)));
  EXPECT_EQ(heard, before + 1);
}

}  // namespace sealgate::store
