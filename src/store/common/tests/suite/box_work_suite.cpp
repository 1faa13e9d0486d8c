// Work items: taken once, under a lease, and what becomes of them.

#include "store/common/tests/suite/box_suite.h"

#include <set>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, EachSubscriberGetsItsOwnWork) {
  const auto published = step().publish(request_of(publication(current(), content_of(9, 1), {"A", "B", "C"})), at(0));
  ASSERT_TRUE(published);
  const auto items = step().claim(claim_at(at(1)));
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 3U);
  std::set<std::string> ports, ids;
  for (const WorkItem& item : *items) {
    EXPECT_EQ(item.message, published->messages[0]);
    EXPECT_EQ(item.kind, WorkKind::Send);
    EXPECT_EQ(item.attempts, 0);
    EXPECT_EQ(item.created, at(0));
    ports.insert(item.port);
    ids.insert(item.claim.work.text());
  }
  EXPECT_EQ(ports, (std::set<std::string>{"A", "B", "C"}));
  EXPECT_EQ(ids.size(), 3U);
  ASSERT_TRUE(step().complete((*items)[0].claim, at(2)));
  ASSERT_TRUE(step().suspend((*items)[1].claim, failure(), at(2)));
  ASSERT_TRUE(step().retry_later((*items)[2].claim, Retry{failure(), at(60), 0, {}}, at(2)));
  const auto counts = step().counts();
  EXPECT_EQ(counts->completed, 1U);
  EXPECT_EQ(counts->suspended, 1U);
  EXPECT_EQ(counts->retrying, 1U);
}

TEST_P(BoxSuite, ManyAreCompletedAtOnceAndALostOneDisturbsNobody) {
  std::vector<Completion> completions;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(step().publish(request_of(publication(current(), {}, {"Out"})), at(0)));
  const auto items = step().claim(claim_at(at(1)));
  ASSERT_EQ(items->size(), 5U);
  for (const WorkItem& item : *items) completions.push_back({item.claim, {{"status", "200"}}});
  ++completions[1].claim.lease;
  completions[3].claim.work = WorkId("nothing");
  completions.push_back(completions[0]);
  const auto results = step().complete_all(completions, at(2));
  ASSERT_EQ(results.size(), completions.size());
  EXPECT_TRUE(results[0] && results[2] && results[4]);
  EXPECT_EQ(results[1].error().code, kLeaseLost);
  EXPECT_EQ(results[3].error().code, kNoSuchWork);
  EXPECT_EQ(results[5].error().code, kLeaseLost) << "it was completed a moment ago";
  EXPECT_EQ(step().counts()->completed, 3U);
  EXPECT_EQ(step().counts()->active, 2U);
  EXPECT_TRUE(step().complete_all({}, at(2)).empty());
  ASSERT_TRUE(step().complete((*items)[1].claim, at(3)));
}

TEST_P(BoxSuite, TheIdentityOfWorkSurvivesEveryRetry) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  WorkItem item = claim_one(step(), at(1));
  const WorkId id = item.claim.work;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(100 * attempt), 0, {}}, at(100 * attempt - 50)));
    EXPECT_TRUE(step().claim(claim_at(at(100 * attempt - 1)))->empty());
    EXPECT_EQ(step().next_due(at(100 * attempt - 1)).value(), at(100 * attempt));
    const WorkSummary summary = only(step());
    EXPECT_EQ(summary.state, WorkState::Retrying);
    EXPECT_EQ(summary.attempts, attempt);
    EXPECT_EQ(summary.due, at(100 * attempt));
    ASSERT_TRUE(summary.failure);
    EXPECT_EQ(summary.failure->code, "test.failed");
    EXPECT_EQ(summary.failure->text, "it failed (somewhere)");
    EXPECT_EQ(summary.failure->remedy, "do better");
    item = claim_one(step(), at(100 * attempt));
    EXPECT_EQ(item.claim.work, id);
    EXPECT_EQ(item.attempts, attempt);
  }
  ASSERT_TRUE(step().complete(item.claim, at(500)));
  EXPECT_EQ(only(step()).state, WorkState::Completed);
  EXPECT_FALSE(step().next_due(at(0)).value());
}

TEST_P(BoxSuite, WorkIsTakenOnceUntilItsLeaseRunsOut) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  const WorkItem first = claim_one(step(), at(1), "host-1");
  EXPECT_EQ(only(step()).owner, "host-1");
  EXPECT_TRUE(step().claim(claim_at(at(60), "host-2"))->empty());
  ASSERT_TRUE(step().extend(first.claim, at(90)));
  EXPECT_TRUE(step().claim(claim_at(at(89), "host-2"))->empty());
  const WorkItem second = claim_one(step(), at(90), "host-2");
  EXPECT_EQ(second.claim.work, first.claim.work);
  EXPECT_EQ(step().complete(first.claim, at(91)).error().code, kLeaseLost);
  EXPECT_EQ(step().retry_later(first.claim, Retry{failure(), at(99), 0, {}}, at(91)).error().code, kLeaseLost);
  EXPECT_EQ(step().suspend(first.claim, failure(), at(91)).error().code, kLeaseLost);
  EXPECT_EQ(step().release(first.claim, at(91)).error().code, kLeaseLost);
  EXPECT_EQ(step().extend(first.claim, at(91)).error().code, kLeaseLost);
  EXPECT_TRUE(step().complete(second.claim, at(92)));
  EXPECT_EQ(step().complete(second.claim, at(93)).error().code, kLeaseLost);
}

TEST_P(BoxSuite, TheSameOwnerInASecondLifeHasNoOldClaims) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  const WorkItem before = claim_one(step(), at(1));
  EXPECT_EQ(step().release_all("host-2", at(2)).value(), 0U);
  EXPECT_EQ(step().release_all("host-1", at(2)).value(), 1U);
  const WorkItem after = claim_one(step(), at(2));
  EXPECT_EQ(after.claim.work, before.claim.work);
  EXPECT_EQ(after.attempts, 0);
  EXPECT_EQ(step().complete(before.claim, at(3)).error().code, kLeaseLost);
  ASSERT_TRUE(step().release(after.claim, at(3)));
  EXPECT_EQ(only(step()).state, WorkState::Ready);
}

TEST_P(BoxSuite, WhoIsAloneTakesUpTheWorkOfAllOwners) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1), {"A", "B"})), at(0)));
  ClaimRequest request = claim_at(at(1), "host-1");
  request.limit = 1;
  ASSERT_EQ(step().claim(request)->size(), 1U);
  claim_one(step(), at(1), "host-2");
  EXPECT_EQ(step().release_all("", at(2)).value(), 2U);
  EXPECT_EQ(step().counts()->ready, 2U);
}

TEST_P(BoxSuite, AClockThatIsSetBackHoldsUpNoReadyWork) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1), {"A"})), at(7200)));
  const WorkItem first = claim_one(step(), at(7201));
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 2), {"B"})), at(7202)));
  ASSERT_TRUE(step().retry_later(first.claim, Retry{failure(), at(7300), 0, {}}, at(7202)));
  // One hour back: what is ready is due, what was told to wait still waits.
  EXPECT_EQ(claim_one(step(), at(3600)).port, "B");
  EXPECT_TRUE(step().claim(claim_at(at(3601)))->empty());
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 3), {"C"})), at(3602)));
  EXPECT_EQ(claim_one(step(), at(3602)).port, "C");
}

TEST_P(BoxSuite, ClaimsTakeTheOldestDueAndSkipWhatTheyAreTold) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(
        step().publish(request_of(publication(current(), content_of(9, 1), {i % 2 == 0 ? "Even" : "Odd"})), at(i)));
  }
  ClaimRequest request = claim_at(at(10));
  request.limit = 1;
  EXPECT_EQ(step().claim(request)->at(0).created, at(0));
  request.skip_ports = {"Even"};
  request.limit = 10;
  const auto odd = step().claim(request);
  ASSERT_EQ(odd->size(), 2U);
  EXPECT_EQ(odd->at(0).created, at(1));
  EXPECT_EQ(odd->at(1).created, at(3));
  request.skip_ports = {"Even", "Odd"};
  EXPECT_TRUE(step().claim(request)->empty());
  request.skip_ports = {};
  request.kinds = {WorkKind::Receive, WorkKind::Route};
  EXPECT_TRUE(step().claim(request)->empty());
  request.kinds = {WorkKind::Send};
  EXPECT_EQ(step().claim(request)->size(), 1U);
}

TEST_P(BoxSuite, WithoutSubscriberAMessageIsSuspendedAndRoutedAgainOnResume) {
  Publication one = publication(current(), content_of(9, 1), {});
  one.routing_report = "send port 'X': it has no filter";
  const auto published = step().publish(request_of(std::move(one)), at(0));
  ASSERT_TRUE(published);
  WorkSummary summary = only(step());
  EXPECT_EQ(summary.kind, WorkKind::Route);
  EXPECT_EQ(summary.state, WorkState::Suspended);
  EXPECT_EQ(summary.port, "In");
  EXPECT_EQ(summary.party, "Contoso");
  EXPECT_EQ(summary.message_type, "urn:x#Order");
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(summary.failure->code, kNoSubscriber.id);
  EXPECT_NE(summary.failure->text.find("send port 'X'"), std::string::npos);
  EXPECT_TRUE(summary.failure->resumable);
  EXPECT_TRUE(step().claim(claim_at(at(1)))->empty());
  ASSERT_TRUE(step().resume(summary.id, true, at(2)));
  const WorkItem item = claim_one(step(), at(2));
  EXPECT_TRUE(item.forced);
  EXPECT_EQ(item.kind, WorkKind::Route);
  EXPECT_EQ(step().deliver(item.claim, {}, at(3)).error().code, kNoSubscriber);
  ASSERT_TRUE(step().deliver(item.claim, {Delivery{"A"}, Delivery{"B", failure()}}, at(3)));
  const WorkItem send = claim_one(step(), at(4));
  EXPECT_EQ(send.port, "A");
  EXPECT_EQ(send.message, published->messages[0]);
  EXPECT_EQ(step().deliver(item.claim, {Delivery{"A"}}, at(5)).error().code, kLeaseLost);
  const auto counts = step().counts();
  EXPECT_EQ(counts->completed, 1U);
  EXPECT_EQ(counts->suspended, 1U);
}

TEST_P(BoxSuite, AStoppedPortGetsItsMessageSuspended) {
  Publication one = publication(current(), content_of(9, 1), {"Stopped"});
  one.deliveries[0].suspended = failure();
  ASSERT_TRUE(step().publish(request_of(std::move(one)), at(0)));
  EXPECT_TRUE(step().claim(claim_at(at(1)))->empty());
  const WorkSummary summary = only(step());
  EXPECT_EQ(summary.kind, WorkKind::Send);
  ASSERT_TRUE(step().resume(summary.id, true, at(2)));
  EXPECT_TRUE(claim_one(step(), at(2)).forced);
}

TEST_P(BoxSuite, TheListenerHearsOfReadyWorkOnly) {
  MessageBox& box = step();
  int heard = 0;
  box.on_work([&] { ++heard; });
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(9, 1))), at(0)));
  EXPECT_EQ(heard, 1);
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(9, 1), {})), at(0)));
  EXPECT_EQ(heard, 1);
  const auto suspended = box.list({.states = {WorkState::Suspended}});
  ASSERT_TRUE(box.resume(suspended->at(0).id, true, at(1)));
  EXPECT_EQ(heard, 2);
}

}  // namespace sealgate::store
