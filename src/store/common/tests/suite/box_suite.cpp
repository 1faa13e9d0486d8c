#include "store/common/tests/suite/box_suite.h"

#include <filesystem>
#include <set>

#include "crypto/digest.h"
#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

/// The only work item there is.
WorkSummary only(MessageBox& box) {
  const auto all = box.list({});
  EXPECT_TRUE(all);
  EXPECT_EQ(all->size(), 1U);
  return all->empty() ? WorkSummary{} : all->front();
}

WorkItem claim_one(MessageBox& box, Time now, const std::string& owner = "host-1") {
  const auto items = box.claim(claim_at(now, owner));
  EXPECT_TRUE(items) << items.error().to_string();
  EXPECT_EQ(items->size(), 1U);
  return items->empty() ? WorkItem{} : items->front();
}

}  // namespace

TEST_P(BoxSuite, WhatIsPublishedIsReadBackWhole) {
  for (const std::size_t size : {0U, 1U, 10'000U, 65'536U, 65'537U, 3'000'000U}) {
    const Bytes content = content_of(size, static_cast<unsigned>(size));
    Publication one = publication(current(), content);
    one.message.parts.push_back(part_of(current(), content_of(70'000, 1), "attachment"));
    one.message.body_index = 1;
    one.message.context.write("my.note", std::string("\0\xff binary", 9));
    const MessageContext context = one.message.context;
    const auto published = step().publish(request_of(std::move(one)), at(0));
    ASSERT_TRUE(published) << published.error().to_string();
    ASSERT_EQ(published->messages.size(), 1U);
    const auto loaded = step().load(published->messages[0]);
    ASSERT_TRUE(loaded) << loaded.error().to_string();
    EXPECT_EQ(loaded->context, context);
    EXPECT_EQ(loaded->body_index, 1U);
    ASSERT_EQ(loaded->parts.size(), 2U);
    const Part& part = loaded->parts[0];
    EXPECT_EQ(part.content_type, "text/xml; charset=utf-8");
    EXPECT_EQ(part.file_name, "order.xml");
    EXPECT_EQ(part.properties.text(names::kMimeContentId), "<1@x>");
    EXPECT_EQ(part.body->size(), size);
    const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, content);
    EXPECT_EQ(crypto::DigestValue(part.body->sha256()), *digest);
    EXPECT_EQ(read(*part.body), content);
    EXPECT_EQ(read(*part.body), content);
    EXPECT_EQ(loaded->parts[1].name, "attachment");
    EXPECT_EQ(read(*loaded->parts[1].body), content_of(70'000, 1));
  }
}

TEST_P(BoxSuite, MessagesWithoutPartsAndAllLimits) {
  Publication none;
  none.deliveries.push_back({"Out", {}, {}});
  ASSERT_TRUE(step().publish(request_of(none), at(0)));
  Publication many = publication(current(), content_of(3, 3));
  while (many.message.parts.size() < kMaximumParts) many.message.parts.push_back(many.message.parts[0]);
  const auto published = step().publish(request_of(many), at(0));
  ASSERT_TRUE(published);
  EXPECT_EQ(step().load(published->messages[0])->parts.size(), kMaximumParts);
  many.message.parts.push_back(many.message.parts[0]);
  EXPECT_EQ(step().publish(request_of(many), at(0)).error().code, kTooManyParts);
  Publication big = publication(current(), content_of(3, 3));
  big.message.context.promote("my.long", std::string(257, 'x'));
  EXPECT_EQ(step().publish(request_of(big), at(0)).error().code, kPropertyTooLong);
  big.message.context.write("my.long", std::string(257, 'x'));
  EXPECT_TRUE(step().publish(request_of(big), at(0)));
  big.message.parts[0].body = nullptr;
  EXPECT_EQ(step().publish(request_of(big), at(0)).error().code, kNoSuchPart);
  EXPECT_EQ(step().counts()->ready, 3U);
}

TEST_P(BoxSuite, ManyLargePartsDoNotUseUpTheDescriptors) {
  Publication many = publication(current(), content_of(3, 3));
  constexpr unsigned kParts = 200;
  for (unsigned i = 1; i < kParts; ++i) many.message.parts.push_back(part_of(current(), content_of(66'000, i)));
  for (unsigned i = 1; i < kParts; ++i) EXPECT_EQ(read(*many.message.parts[i].body), content_of(66'000, i));
  std::size_t open = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++open;
  EXPECT_LT(open, 150U);
  // The same box: staged bodies belong to it.
  const auto published = current().publish(request_of(std::move(many)), at(0));
  ASSERT_TRUE(published) << published.error().to_string();
  const auto loaded = step().load(published->messages[0]);
  for (unsigned i = 1; i < kParts; ++i) EXPECT_EQ(read(*loaded->parts[i].body), content_of(66'000, i));
}

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

TEST_P(BoxSuite, SeveralMessagesInOneCommitOrNone) {
  PublishRequest request;
  for (unsigned i = 0; i < 5; ++i) request.publications.push_back(publication(current(), content_of(100'000, i)));
  const auto published = step().publish(std::move(request), at(0));
  ASSERT_TRUE(published);
  ASSERT_EQ(published->messages.size(), 5U);
  for (unsigned i = 0; i < 5; ++i) {
    EXPECT_EQ(read(*step().load(published->messages[i])->parts[0].body), content_of(100'000, i));
  }
  // The third has the id of a message that exists: nothing of the five is stored.
  PublishRequest again;
  for (unsigned i = 0; i < 5; ++i) again.publications.push_back(publication(current(), content_of(100'000, i)));
  again.publications[2].message.id = published->messages[0];
  EXPECT_FALSE(step().publish(std::move(again), at(0)));
  EXPECT_EQ(step().counts()->ready, 5U);
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

TEST_P(BoxSuite, AWishedIdentityIsKept) {
  Publication one = publication(current(), content_of(9, 1));
  one.deliveries[0].id = WorkId("0190163d-8694-739b-aea5-966c26f8ad91");
  one.message.id = MessageId("0190163d-8694-739b-aea5-966c26f8ad92");
  ASSERT_TRUE(step().publish(request_of(std::move(one)), at(0)));
  const WorkItem item = claim_one(step(), at(1));
  EXPECT_EQ(item.claim.work.text(), "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(item.message.text(), "0190163d-8694-739b-aea5-966c26f8ad92");
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

TEST_P(BoxSuite, AFailedReceiveKeepsItsRawFormAndBecomesMessagesOnResume) {
  const Bytes raw = content_of(200'000, 7);
  SuspendRequest request;
  request.context.promote(names::kReceivePortName, std::string("In"));
  request.raw = part_of(current(), raw, "raw");
  request.failure = failure();
  const auto suspended = step().suspend_received(std::move(request), at(0));
  ASSERT_TRUE(suspended) << suspended.error().to_string();
  const WorkSummary summary = step().show(*suspended).value();
  EXPECT_EQ(summary.kind, WorkKind::Receive);
  EXPECT_EQ(summary.state, WorkState::Suspended);
  EXPECT_EQ(summary.port, "In");
  EXPECT_EQ(summary.size, raw.size());
  ASSERT_TRUE(step().resume(*suspended, true, at(5)));
  const WorkItem item = claim_one(step(), at(5));
  MessageBox& box = step();
  const auto loaded = box.load(item.message);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(read(*loaded->parts[0].body), raw);
  // A pass-through pipeline publishes the stored raw body as it is.
  Publication one;
  one.message.context = loaded->context;
  one.message.parts = loaded->parts;
  one.deliveries.push_back({"Out", {}, {}});
  PublishRequest publish = request_of(std::move(one));
  publish.settles = Settlement{item.claim, std::nullopt, {}};
  const auto published = box.publish(publish, at(6));
  ASSERT_TRUE(published) << published.error().to_string();
  EXPECT_EQ(read(*step().load(published->messages[0])->parts[0].body), raw);
  EXPECT_EQ(step().show(*suspended)->state, WorkState::Completed);
  // The claim is used up: doing it all again stores nothing.
  Publication second = publication(current(), raw);
  PublishRequest again = request_of(std::move(second));
  again.settles = Settlement{item.claim, std::nullopt, {}};
  EXPECT_EQ(step().publish(std::move(again), at(7)).error().code, kLeaseLost);
  EXPECT_EQ(step().counts()->ready, 1U);
}

TEST_P(BoxSuite, WhatBreaksALimitCanStillBeSuspended) {
  SuspendRequest request;
  request.context.promote(names::kReceivePortName, std::string("In"));
  request.context.promote(names::kInboundTransportLocation, std::string(5000, 'x'));
  request.raw = part_of(current(), content_of(10, 1));
  request.failure = failure();
  const auto suspended = step().suspend_received(std::move(request), at(0));
  ASSERT_TRUE(suspended) << suspended.error().to_string();
  EXPECT_EQ(step().show(*suspended)->port, "In");
}

TEST_P(BoxSuite, OneSourceIsReceivedOnce) {
  const auto first = step().publish(request_of(publication(current(), content_of(70'000, 1)), "file:1"), at(0));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(step().was_received("file:1").value());
  EXPECT_FALSE(step().was_received("file:2").value());
  const auto second = step().publish(request_of(publication(current(), content_of(70'000, 1)), "file:1"), at(1));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->duplicate);
  EXPECT_EQ(second->messages, first->messages);
  EXPECT_EQ(step().counts()->ready, 1U);
  SuspendRequest suspend;
  suspend.raw = part_of(current(), content_of(70'000, 1));
  suspend.failure = failure();
  suspend.receive_key = "file:1";
  EXPECT_TRUE(step().suspend_received(std::move(suspend), at(2)));
  EXPECT_EQ(step().counts()->suspended, 0U);
  ASSERT_TRUE(step().forget_received({}));
  EXPECT_TRUE(step().was_received("file:1").value());
  ASSERT_TRUE(step().forget_received({"file:1", "file:9"}));
  ASSERT_TRUE(step().forget_received({"file:1"}));
  EXPECT_FALSE(step().publish(request_of(publication(current(), content_of(9, 1)), "file:1"), at(3))->duplicate);
  EXPECT_EQ(step().counts()->ready, 2U);
}

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

TEST_P(BoxSuite, WritersThatAreDroppedLeaveNothing) {
  for (const std::size_t size : {10U, 100'000U}) {
    auto writer = step().create_body();
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write(content_of(size, 1)));
    auto finished = step().create_body();
    ASSERT_TRUE((*finished)->write(content_of(size, 1)));
    ASSERT_TRUE((*finished)->finish());
    const BodyRef dropped = (*finished)->take();
    EXPECT_EQ(dropped->size(), size);
    EXPECT_EQ(read(*dropped), content_of(size, 1));
  }
  EXPECT_TRUE(step().list({})->empty());
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
