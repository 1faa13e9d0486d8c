// What people do: list, resume, terminate; and what is removed when all is done.

#include "store/common/tests/suite/box_suite.h"

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, OnlyResumableWorkResumes) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  const WorkItem item = claim_one(step(), at(1));
  const WorkId id = item.claim.work;
  EXPECT_EQ(step().resume(id, true, at(2)).error().code, kWrongState);
  ASSERT_TRUE(step().suspend(item.claim, failure(false), at(2)));
  EXPECT_EQ(step().resume(id, true, at(3)).error().code, kNotResumable);
  EXPECT_EQ(step().resume(WorkId("nothing"), true, at(3)).error().code, kNoSuchWork);
  ASSERT_TRUE(step().terminate(id, at(4)));
  EXPECT_EQ(only(step()).state, WorkState::Terminated);
  EXPECT_EQ(step().terminate(id, at(5)).error().code, kWrongState);
  EXPECT_EQ(step().resume(id, true, at(5)).error().code, kWrongState);
}

TEST_P(BoxSuite, ResumeStartsTheCountOfAttemptsAnew) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  WorkItem item = claim_one(step(), at(1));
  ASSERT_TRUE(step().retry_later(item.claim, Retry{failure(), at(2), 0, {}}, at(1)));
  item = claim_one(step(), at(2));
  ASSERT_TRUE(step().suspend(item.claim, failure(), at(3)));
  EXPECT_EQ(only(step()).attempts, 2);
  ASSERT_TRUE(step().resume(item.claim.work, true, at(4)));
  EXPECT_EQ(claim_one(step(), at(4)).attempts, 0);
}

TEST_P(BoxSuite, TerminatingTakesWorkFromItsOwner) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1))), at(0)));
  const WorkItem item = claim_one(step(), at(1));
  ASSERT_TRUE(step().terminate(item.claim.work, at(2)));
  EXPECT_EQ(step().complete(item.claim, at(3)).error().code, kLeaseLost);
  EXPECT_EQ(step().terminate(WorkId("nothing"), at(3)).error().code, kNoSuchWork);
}

TEST_P(BoxSuite, ListingsFilterAndPage) {
  for (int i = 0; i < 10; ++i) {
    Publication one = publication(current(), content_of(9, 1), {i % 2 == 0 ? "Even" : "Odd"});
    if (i >= 5) one.message.context.promote(names::kPartyName, std::string("Tailspin"));
    ASSERT_TRUE(step().publish(request_of(std::move(one)), at(i)));
  }
  ListQuery query;
  query.limit = 3;
  std::vector<Time> created;
  for (;;) {
    const auto page = step().list(query);
    ASSERT_TRUE(page);
    for (const WorkSummary& summary : *page) created.push_back(summary.created);
    if (page->size() < 3) break;
    query.after = page->back().id;
  }
  ASSERT_EQ(created.size(), 10U);
  EXPECT_TRUE(std::is_sorted(created.begin(), created.end()));
  const auto newest = step().list({.limit = 4, .newest_first = true});
  ASSERT_EQ(newest->size(), 4U);
  EXPECT_EQ(newest->front().created, at(9));
  const auto next = step().list({.limit = 100, .newest_first = true, .after = newest->back().id});
  ASSERT_EQ(next->size(), 6U);
  EXPECT_EQ(next->front().created, at(5));
  EXPECT_EQ(step().list({.port = "Even"})->size(), 5U);
  EXPECT_EQ(step().list({.party = "Tailspin"})->size(), 5U);
  EXPECT_EQ(step().list({.port = "Odd", .party = "Tailspin"})->size(), 3U);
  EXPECT_EQ(step().list({.port = "' OR 1=1 --"})->size(), 0U);
  EXPECT_EQ(step().list({.states = {WorkState::Suspended, WorkState::Active}})->size(), 0U);
  EXPECT_EQ(step().list({.states = {WorkState::Suspended, WorkState::Ready}})->size(), 10U);
  EXPECT_EQ(step().list({.kinds = {WorkKind::Send}})->size(), 10U);
  EXPECT_EQ(step().list({.states = {WorkState::Ready}, .kinds = {WorkKind::Send, WorkKind::Route}})->size(), 10U);
  EXPECT_EQ(step().list({.kinds = {WorkKind::Receive, WorkKind::Route, WorkKind::Respond}})->size(), 0U);
  const auto all = step().list({});
  EXPECT_EQ(step().list({.message = all->at(4).message})->size(), 1U);
  EXPECT_EQ(step().list({.message = MessageId("nothing")})->size(), 0U);
}

TEST_P(BoxSuite, PurgeRemovesFinishedMessagesOnly) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(100'000, 1), {"A", "B"}), "k"), at(0)));
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(100'000, 2), {"A"})), at(1)));
  const auto items = step().claim(claim_at(at(2)));
  ASSERT_EQ(items->size(), 3U);
  ASSERT_TRUE(step().complete(items->at(0).claim, at(10)));
  ASSERT_TRUE(step().complete(items->at(2).claim, at(10)));
  EXPECT_EQ(step().purge(at(10), 100).value(), 0U);
  EXPECT_EQ(step().purge(at(11), 100).value(), 1U);
  EXPECT_EQ(step().list({})->size(), 2U);
  EXPECT_EQ(read(*step().load(items->at(1).message)->parts[0].body), content_of(100'000, 1));
  ASSERT_TRUE(step().terminate(items->at(1).claim.work, at(12)));
  EXPECT_EQ(step().purge(at(13), 100).value(), 1U);
  EXPECT_EQ(step().load(items->at(1).message).error().code, kNoSuchMessage);
  EXPECT_TRUE(step().was_received("k").value());
  EXPECT_EQ(step().purge(at(40 * 86400), 100).value(), 0U);
  EXPECT_FALSE(step().was_received("k").value());
}

TEST_P(BoxSuite, ABodyOfARemovedMessageSaysSo) {
  MessageBox& box = step();
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(10, 1))), at(0)));
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(100'000, 1))), at(0)));
  const auto items = box.claim(claim_at(at(1)));
  for (const WorkItem& item : *items) {
    const auto message = box.load(item.message);
    ASSERT_TRUE(box.complete(item.claim, at(2)));
    ASSERT_TRUE(box.purge(at(3), 10));
    BufferSink sink;
    EXPECT_FALSE(message->parts[0].body->copy_to(sink));
  }
}

}  // namespace sealgate::store
