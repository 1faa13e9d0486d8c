// How work ends: with a publication, suspended, resumed one by one or all together, sent once more.

#include <set>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, APublicationSettlesTheWorkThatLedToIt) {
  const WorkId sent = publish_one(step(), to_port("Out"), at(0));
  const WorkItem item = claim_one(step(), at(1));
  PublishRequest acknowledgement = request_of(publication(current(), content_of(30, 2), {"Acknowledgements"}));
  acknowledgement.settles = Settlement{item.claim, std::nullopt, {}};
  ASSERT_TRUE(step().publish(acknowledgement, at(2)));
  EXPECT_EQ(state_of(step(), sent), WorkState::Completed);
  EXPECT_EQ(step().counts()->ready, 1U);
  EXPECT_EQ(step().publish(acknowledgement, at(3)).error().code, kLeaseLost);
  EXPECT_EQ(step().counts()->ready, 1U) << "of a settlement that fails nothing is published";
}

TEST_P(BoxSuite, APublicationSuspendsTheWorkWhoseFailureItReports) {
  const WorkId failed = publish_one(step(), in_order("Out"), at(0));
  const WorkId next = publish_one(step(), in_order("Out"), at(0));
  PublishRequest report = request_of(publication(current(), content_of(30, 2), {"Errors"}));
  report.settles = Settlement{claim_one(step(), at(1)).claim, failure(false), {}};
  ASSERT_TRUE(step().publish(std::move(report), at(2)));
  const WorkSummary summary = step().show(failed).value();
  EXPECT_EQ(summary.state, WorkState::Suspended);
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(summary.failure->code, "test.failed");
  EXPECT_FALSE(summary.failure->resumable);
  EXPECT_EQ(summary.attempts, 1);
  const auto items = step().claim(claim_at(at(3)));
  ASSERT_EQ(items->size(), 2U);
  EXPECT_TRUE(items->at(0).claim.work == next || items->at(1).claim.work == next);
}

TEST_P(BoxSuite, NothingAtAllMayBePublishedWithASettlement) {
  publish_one(step(), to_port("Out"), at(0));
  PublishRequest nothing;
  nothing.settles = Settlement{claim_one(step(), at(1)).claim, std::nullopt, {}};
  const auto published = step().publish(std::move(nothing), at(2));
  ASSERT_TRUE(published) << published.error().to_string();
  EXPECT_TRUE(published->messages.empty());
  EXPECT_EQ(only(step()).state, WorkState::Completed);
}

TEST_P(BoxSuite, ForceBelongsToOneResume) {
  Delivery stopped = to_port("Out");
  stopped.suspended = failure();
  const WorkId id = publish_one(step(), std::move(stopped), at(0));
  ASSERT_TRUE(step().resume(id, true, at(1)));
  WorkItem item = claim_one(step(), at(1));
  EXPECT_TRUE(item.forced);
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(5), 0, {}}, at(2)));
  item = claim_one(step(), at(5));
  EXPECT_TRUE(item.forced) << "it holds for all attempts until it ends";
  ASSERT_TRUE(step().suspend(item.claim, failure(), at(6)));
  ASSERT_TRUE(step().resume(id, false, at(7)));
  EXPECT_FALSE(claim_one(step(), at(7)).forced);
}

TEST_P(BoxSuite, WhatAStoppedPortHeldIsResumedTogetherOldestFirst) {
  std::vector<WorkId> held;
  for (int i = 0; i < 5; ++i) {
    Delivery delivery = to_port("Out");
    delivery.suspended = failure();
    held.push_back(publish_one(step(), std::move(delivery), at(i)));
  }
  Delivery other = to_port("Out");
  other.suspended = Failure{"test.other", "other", "", true};
  const WorkId other_code = publish_one(step(), other, at(6));
  other = to_port("Elsewhere");
  other.suspended = failure();
  const WorkId other_port = publish_one(step(), other, at(7));
  other = to_port("Out");
  other.suspended = failure(false);
  const WorkId for_good = publish_one(step(), other, at(8));
  other = to_port("Out");
  other.kind = WorkKind::Respond;
  other.suspended = failure();
  const WorkId other_kind = publish_one(step(), other, at(9));
  EXPECT_EQ(step().resume_all(WorkKind::Send, "Out", "test.failed", at(10), 3).value(), 3U);
  EXPECT_EQ(claimed(step(), at(11)), (std::vector{held[0], held[1], held[2]}));
  EXPECT_EQ(step().resume_all(WorkKind::Send, "Out", "test.failed", at(12), 3).value(), 2U);
  EXPECT_EQ(step().resume_all(WorkKind::Send, "Out", "test.failed", at(12), 3).value(), 0U);
  const auto items = step().claim(claim_at(at(13)));
  ASSERT_EQ(items->size(), 2U);
  EXPECT_FALSE(items->at(0).forced);
  for (const WorkId& id : {other_code, other_port, for_good, other_kind}) {
    EXPECT_EQ(state_of(step(), id), WorkState::Suspended);
  }
}

TEST_P(BoxSuite, ResumingAllKeepsTheOrderOfAQueue) {
  std::vector<WorkId> held;
  for (int i = 0; i < 4; ++i) {
    Delivery delivery = in_order("Out");
    delivery.suspended = failure();
    held.push_back(publish_one(step(), std::move(delivery), at(i)));
  }
  EXPECT_EQ(step().resume_all(WorkKind::Send, "Out", "test.failed", at(10), 100).value(), 4U);
  for (const WorkId& expected : held) {
    const WorkItem item = claim_one(step(), at(11));
    EXPECT_EQ(item.claim.work, expected);
    ASSERT_TRUE(step().complete(item.claim, at(11)));
  }
}

TEST_P(BoxSuite, ResendingSendsTheSameContentUnderANewIdentity) {
  const Bytes content = content_of(100'000, 5);
  ASSERT_TRUE(step().publish(request_of(publication(current(), content, {"Out"})), at(0)));
  const WorkItem first = claim_one(step(), at(1));
  EXPECT_EQ(step().resend(first.claim.work, to_port(""), at(2)).error().code, kWrongState);
  EXPECT_EQ(step().resend(WorkId("nothing"), to_port(""), at(2)).error().code, kNoSuchWork);
  ASSERT_TRUE(step().complete(first.claim, at(2)));
  const auto again = step().resend(first.claim.work, to_port(""), at(3));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_NE(*again, first.claim.work);
  const auto elsewhere = step().resend(first.claim.work, to_port("Elsewhere", 3), at(4));
  ASSERT_TRUE(elsewhere) << elsewhere.error().to_string();
  EXPECT_EQ(step().purge(at(100), 100).value(), 0U) << "there is work on it again";
  const auto items = step().claim(claim_at(at(5)));
  ASSERT_EQ(items->size(), 2U);
  std::set<std::string> ports;
  for (const WorkItem& item : *items) {
    EXPECT_EQ(item.message, first.message);
    EXPECT_EQ(item.attempts, 0);
    ports.insert(item.port);
    EXPECT_EQ(read(*step().load(item.message)->parts[0].body), content);
    ASSERT_TRUE(step().terminate(item.claim.work, at(6)));
  }
  EXPECT_EQ(ports, (std::set<std::string>{"Out", "Elsewhere"}));
  EXPECT_TRUE(step().resend(*again, to_port(""), at(7))) << "what was terminated may be sent once more";
  EXPECT_EQ(step().show(*elsewhere)->priority, 3);
}

TEST_P(BoxSuite, OnlyWhatWasMeantForAPartnerIsResent) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1), {})), at(0)));
  const WorkId waiting = only(step()).id;
  EXPECT_EQ(step().resend(waiting, to_port("Out"), at(1)).error().code, kWrongState);
  const WorkId suspended = publish_one(step(), to_port("Out"), at(2));
  const Claim third_claim = claim_one(step(), at(3)).claim;
  ASSERT_TRUE(step().suspend(third_claim, failure(false), at(3)));
  EXPECT_TRUE(step().resend(suspended, to_port(""), at(4))) << "also what is suspended for good";
  EXPECT_EQ(state_of(step(), suspended), WorkState::Suspended);
  EXPECT_EQ(claimed(step(), at(5)).size(), 1U);
}

TEST_P(BoxSuite, CountsFollowEveryChange) {
  const auto expect = [&](std::uint64_t ready, std::uint64_t active, std::uint64_t retrying, std::uint64_t scheduled,
                          std::uint64_t suspended, std::uint64_t completed, std::uint64_t terminated, int line) {
    const Counts counts = step().counts().value();
    EXPECT_EQ(counts.ready, ready) << line;
    EXPECT_EQ(counts.active, active) << line;
    EXPECT_EQ(counts.retrying, retrying) << line;
    EXPECT_EQ(counts.scheduled, scheduled) << line;
    EXPECT_EQ(counts.suspended, suspended) << line;
    EXPECT_EQ(counts.completed, completed) << line;
    EXPECT_EQ(counts.terminated, terminated) << line;
  };
  expect(0, 0, 0, 0, 0, 0, 0, __LINE__);
  std::vector<WorkId> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(publish_one(step(), to_port("Out"), at(i)));
  expect(6, 0, 0, 0, 0, 0, 0, __LINE__);
  const auto items = step().claim(claim_at(at(10))).value();
  ASSERT_EQ(items.size(), 6U);
  expect(0, 6, 0, 0, 0, 0, 0, __LINE__);
  ASSERT_TRUE(step().complete(items[0].claim, at(11)));
  ASSERT_TRUE(step().retry_later(items[1].claim, Retry{failure(), at(500), 0, {}}, at(11)));
  ASSERT_TRUE(step().postpone(items[2].claim, at(500), at(11)));
  ASSERT_TRUE(step().suspend(items[3].claim, failure(), at(11)));
  ASSERT_TRUE(step().release(items[4].claim, at(11)));
  expect(1, 1, 1, 1, 1, 1, 0, __LINE__);
  EXPECT_FALSE(step().complete(items[0].claim, at(12)));
  ASSERT_TRUE(step().terminate(items[5].claim.work, at(12)));
  expect(1, 0, 1, 1, 1, 1, 1, __LINE__);
  ASSERT_TRUE(step().resume(items[3].claim.work, false, at(13)));
  expect(2, 0, 1, 1, 0, 1, 1, __LINE__);
  ASSERT_EQ(step().purge(at(20), 100).value(), 2U);
  expect(2, 0, 1, 1, 0, 0, 0, __LINE__);
}

namespace {

Delivery waiting(std::int64_t until) {
  Delivery delivery = to_port("Out");
  delivery.kind = WorkKind::Await;
  delivery.not_before = at(until);
  return delivery;
}

/// A publication that only keeps a receipt, and what it means for the work.
PublishRequest receipt_for(MessageBox& box, const WorkId& work, Resolution::Outcome outcome, Time until = {}) {
  PublishRequest request = request_of(publication(box, content_of(30, 7), {}));
  Delivery kept = to_port("In");
  kept.kind = WorkKind::Receive;
  kept.done = true;
  request.publications.back().deliveries.push_back(kept);
  request.resolves = Resolution{work, outcome, failure(false), until, {{"verdict", "test"}}};
  return request;
}

}  // namespace

TEST_P(BoxSuite, WaitingIsEndedOnceByWhoHoldsNoLease) {
  const WorkId work = publish_one(current(), waiting(100), at(0));
  EXPECT_EQ(step().show(work)->state, WorkState::Scheduled);
  EXPECT_TRUE(step().claim(claim_at(at(99)))->empty());
  const auto ended = step().publish(receipt_for(current(), work, Resolution::Outcome::Completes), at(10));
  ASSERT_TRUE(ended) << ended.error().to_string();
  EXPECT_TRUE(ended->resolved);
  EXPECT_EQ(step().show(work)->state, WorkState::Completed);
  const auto kept = step().list({.kinds = {WorkKind::Receive}});
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().state, WorkState::Completed);
  EXPECT_EQ(step().counts()->completed, 2U);

  const auto second = step().publish(receipt_for(current(), work, Resolution::Outcome::Suspends), at(11));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->resolved);
  EXPECT_EQ(step().show(work)->state, WorkState::Completed);
  EXPECT_EQ(step().list({.kinds = {WorkKind::Receive}})->size(), 2U) << "it is kept all the same";
  EXPECT_TRUE(step().claim(claim_at(at(1000)))->empty());
  EXPECT_EQ(step().purge(at(2000), 10).value(), 3U);
  const auto third = step().publish(receipt_for(current(), work, Resolution::Outcome::Completes), at(2000));
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->resolved) << "it is not there any more";
}

TEST_P(BoxSuite, WaitingThatIsUnderWayIsTakenFromItsOwner) {
  const WorkId work = publish_one(current(), waiting(100), at(0));
  const WorkItem item = claim_one(step(), at(100));
  EXPECT_EQ(item.kind, WorkKind::Await);
  EXPECT_EQ(item.port, "Out");
  const auto later = step().publish(receipt_for(current(), work, Resolution::Outcome::Waits, at(500)), at(101));
  EXPECT_FALSE(later->resolved) << "whoever holds it decides on that";
  const auto ended = step().publish(receipt_for(current(), work, Resolution::Outcome::Completes), at(102));
  EXPECT_TRUE(ended->resolved);
  EXPECT_EQ(step().retry_later(item.claim, Retry{failure(), at(200), 0, {}}, at(103)).error().code, kLeaseLost);
  EXPECT_EQ(step().show(work)->state, WorkState::Completed);
  EXPECT_EQ(step().counts()->active, 0U);
}

TEST_P(BoxSuite, WaitingIsPutOffAndGivenUp) {
  const WorkId work = publish_one(current(), waiting(100), at(0));
  EXPECT_TRUE(step().publish(receipt_for(current(), work, Resolution::Outcome::Waits, at(500)), at(10))->resolved);
  EXPECT_TRUE(step().claim(claim_at(at(499)))->empty());
  const WorkItem item = claim_one(step(), at(500));
  ASSERT_TRUE(step().suspend(item.claim, failure(), at(501)));
  EXPECT_FALSE(step().publish(receipt_for(current(), work, Resolution::Outcome::Waits, at(900)), at(502))->resolved);
  EXPECT_TRUE(step().publish(receipt_for(current(), work, Resolution::Outcome::Suspends), at(503))->resolved);
  EXPECT_FALSE(step().show(work)->failure->resumable);
  EXPECT_FALSE(step().publish(receipt_for(current(), work, Resolution::Outcome::Completes), at(504))->resolved)
      << "that was final";
  EXPECT_EQ(step().counts()->suspended, 1U);
}

TEST_P(BoxSuite, ADuplicateResolvesNothing) {
  const WorkId work = publish_one(current(), waiting(100), at(0));
  ASSERT_TRUE(step().publish(request_of(publication(current(), {}, {"A"}), "key"), at(1)));
  PublishRequest request = receipt_for(current(), work, Resolution::Outcome::Completes);
  request.receive_key = "key";
  const auto published = step().publish(std::move(request), at(2));
  EXPECT_TRUE(published->duplicate);
  EXPECT_FALSE(published->resolved);
  EXPECT_EQ(step().show(work)->state, WorkState::Scheduled);
}

}  // namespace sealgate::store
