// The log of what happened: one record for each message and change, written with the change.

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

std::vector<TrackingRecord> records_of(Backend& backend) {
  auto reader = backend.store().reader();
  auto records = reader->tracking(0, 1000);
  EXPECT_TRUE(records) << records.error().to_string();
  return std::move(*records);
}

std::string words_of(Backend& backend) {
  std::string words;
  for (const TrackingRecord& record : records_of(backend)) {
    words += (words.empty() ? "" : " ") + std::string(to_string(record.event));
  }
  return words;
}

std::string detail(const TrackingRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.details) {
    if (key == name) return value;
  }
  return "(none)";
}

}  // namespace

TEST_P(BoxSuite, TheLogFollowsAMessageFromTheDoorToThePartner) {
  Publication one = publication(current(), content_of(9, 1), {"A", "B"});
  one.tracking = {{"location", "/orders"}, {"signer", "CN=Contoso"}};
  const auto published = step().publish(request_of(std::move(one)), at(0));
  ASSERT_TRUE(published);
  const auto items = step().claim(claim_at(at(1))).value();
  ASSERT_EQ(items.size(), 2U);
  ASSERT_TRUE(step().retry_later(items[0].claim, Retry{failure(), at(10), 0, {{"status", "503"}}}, at(2)));
  ASSERT_TRUE(step().complete(items[1].claim, at(3), {{"status", "200"}}));
  const std::vector<TrackingRecord> records = records_of(backend());
  ASSERT_EQ(records.size(), 3U);
  const TrackingRecord& received = records[0];
  EXPECT_EQ(received.event, TrackingEvent::Received);
  EXPECT_EQ(received.at, at(0));
  EXPECT_EQ(received.message, published->messages[0]);
  EXPECT_TRUE(received.work.empty());
  EXPECT_EQ(received.port, "In");
  EXPECT_EQ(received.party, "Contoso");
  EXPECT_EQ(received.instance, "suite");
  EXPECT_EQ(detail(received, "location"), "/orders");
  EXPECT_EQ(detail(received, "signer"), "CN=Contoso");
  EXPECT_EQ(detail(received, "matched"), "A, B");
  EXPECT_EQ(records[1].event, TrackingEvent::Attempted);
  EXPECT_EQ(records[1].work, items[0].claim.work);
  EXPECT_EQ(records[1].port, items[0].port);
  EXPECT_EQ(records[1].message, published->messages[0]);
  EXPECT_EQ(detail(records[1], "status"), "503");
  EXPECT_EQ(detail(records[1], "failure"), "test.failed");
  EXPECT_EQ(records[2].event, TrackingEvent::Sent);
  EXPECT_EQ(records[2].party, "Contoso");
  EXPECT_EQ(detail(records[2], "status"), "200");
  EXPECT_LT(records[0].sequence, records[1].sequence);
  EXPECT_LT(records[1].sequence, records[2].sequence);
}

TEST_P(BoxSuite, TheLogTellsWhatPeopleDid) {
  const WorkId id = publish_one(step(), to_port("Out"), at(0));
  WorkItem item = claim_one(step(), at(1));
  ASSERT_TRUE(step().postpone(item.claim, at(2), at(1)));
  item = claim_one(step(), at(2));
  ASSERT_TRUE(step().release(item.claim, at(2)));
  item = claim_one(step(), at(3));
  ASSERT_TRUE(step().suspend(item.claim, failure(), at(3), {{"status", "404"}}));
  ASSERT_TRUE(step().resume(id, true, at(4), {{"operator", "ada"}}));
  ASSERT_TRUE(step().terminate(id, at(5), {{"operator", "olga"}}));
  ASSERT_TRUE(step().resend(id, to_port(""), at(6), {{"operator", "pavel"}}));
  EXPECT_EQ(words_of(backend()), "received suspended resumed terminated resent");
  const auto records = records_of(backend());
  EXPECT_EQ(detail(records[1], "status"), "404");
  EXPECT_EQ(detail(records[1], "failure"), "test.failed");
  EXPECT_EQ(records[2].work, id);
  EXPECT_EQ(detail(records[2], "operator"), "ada");
  EXPECT_EQ(detail(records[3], "operator"), "olga");
  EXPECT_NE(records[4].work, id);
  EXPECT_EQ(records[4].details, (TrackingDetails{{"original", id.text()}, {"operator", "pavel"}}));
}

TEST_P(BoxSuite, TheLogTellsWhatWasOverWhenWorkWentOnByItself) {
  publish_one(step(), to_port("Out"), at(0));
  ASSERT_TRUE(step().suspend(claim_one(current(), at(1)).claim, failure(), at(1)));
  ASSERT_EQ(step().resume_all(WorkKind::Send, "Out", "test.failed", at(2), 10).value(), 1U);
  EXPECT_EQ(words_of(backend()), "received suspended resumed");
  EXPECT_EQ(detail(records_of(backend())[2], "over"), "test.failed");
}

TEST_P(BoxSuite, TheLogTellsWhatNobodyWantedAndWhatWasRefused) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1), {})), at(0)));
  const WorkSummary route = only(step());
  ASSERT_TRUE(step().resume(route.id, false, at(1)));
  const WorkItem request = claim_one(step(), at(1));
  ASSERT_TRUE(step().deliver(request.claim, {to_port("Out")}, at(2)));
  SuspendRequest refused;
  refused.context.promote(names::kReceivePortName, std::string("In"));
  refused.raw = part_of(current(), content_of(50, 1));
  refused.failure = failure();
  refused.tracking = {{"address", "192.0.2.1"}};
  const auto receive = step().suspend_received(std::move(refused), at(3));
  ASSERT_TRUE(receive);
  EXPECT_EQ(words_of(backend()), "unroutable resumed routed refused");
  const auto records = records_of(backend());
  EXPECT_EQ(detail(records[2], "matched"), "Out");
  EXPECT_EQ(detail(records[3], "address"), "192.0.2.1");
  EXPECT_EQ(detail(records[3], "failure"), "test.failed");
  EXPECT_EQ(records[3].work, *receive);
  EXPECT_EQ(records[3].port, "In");
}

TEST_P(BoxSuite, TheLogTellsWhatWasStoredSuspended) {
  PublishRequest request = request_of(publication(current(), content_of(9, 1), {"A", "Stopped"}));
  request.publications[0].deliveries[1].suspended = failure();
  request.publications.push_back(publication(current(), content_of(9, 2), {}));
  request.publications.push_back(publication(current(), content_of(9, 3), {"Closed"}));
  request.publications[2].deliveries[0].suspended = Failure{"test.other", "other", "", true};
  const auto published = step().publish(std::move(request), at(0));
  ASSERT_TRUE(published);
  EXPECT_EQ(words_of(backend()), "received suspended unroutable received suspended");
  const auto records = records_of(backend());
  ASSERT_EQ(records.size(), 5U);
  const auto stopped = step().list({.states = {WorkState::Suspended}, .port = "Stopped"}).value();
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(records[1].work, stopped[0].id);
  EXPECT_EQ(records[1].message, published->messages[0]);
  EXPECT_EQ(records[1].port, "Stopped");
  EXPECT_EQ(records[1].party, "Contoso");
  EXPECT_EQ(records[1].at, at(0));
  EXPECT_EQ(detail(records[1], "failure"), "test.failed");
  EXPECT_EQ(records[4].message, published->messages[2]);
  EXPECT_EQ(detail(records[4], "failure"), "test.other");

  const auto route = step().list({.states = {WorkState::Suspended}, .port = "In"}).value();
  ASSERT_EQ(route.size(), 1U);
  ASSERT_TRUE(step().resume(route[0].id, true, at(1)));
  const auto items = step().claim(claim_at(at(1))).value();
  const auto resumed = std::ranges::find(items, route[0].id, [](const WorkItem& item) { return item.claim.work; });
  ASSERT_NE(resumed, items.end());
  Delivery late = to_port("Late");
  late.suspended = failure();
  ASSERT_TRUE(step().deliver(resumed->claim, {std::move(late)}, at(2)));
  EXPECT_EQ(words_of(backend()), "received suspended unroutable received suspended resumed routed suspended");
  EXPECT_EQ(records_of(backend())[7].port, "Late");
}

TEST_P(BoxSuite, ASettlementIsLoggedWithItsPublication) {
  publish_one(step(), to_port("Out"), at(0));
  PublishRequest acknowledgement = request_of(publication(current(), content_of(30, 2), {"Acks"}));
  acknowledgement.settles = Settlement{claim_one(step(), at(1)).claim, std::nullopt, {{"status", "200"}}};
  ASSERT_TRUE(step().publish(std::move(acknowledgement), at(2)));
  EXPECT_EQ(words_of(backend()), "received sent received");
  PublishRequest report = request_of(publication(current(), content_of(30, 2), {"Errors"}));
  report.settles = Settlement{claim_one(step(), at(3)).claim, failure(), {{"status", "500"}}};
  ASSERT_TRUE(step().publish(std::move(report), at(4)));
  EXPECT_EQ(words_of(backend()), "received sent received suspended received");
  EXPECT_EQ(detail(records_of(backend())[3], "status"), "500");
}

TEST_P(BoxSuite, WhatFailsOrIsADuplicateIsNotLogged) {
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1)), "key"), at(0)));
  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 1)), "key"), at(1)));
  const WorkItem item = claim_one(step(), at(2));
  EXPECT_FALSE(step().complete(Claim{item.claim.work, "host-1", item.claim.lease + 1}, at(3)));
  EXPECT_FALSE(step().resume(item.claim.work, false, at(3)));
  EXPECT_EQ(words_of(backend()), "received");
}

TEST_P(BoxSuite, TheLogOutlivesItsMessages) {
  publish_one(step(), to_port("Out"), at(0));
  const WorkItem item = claim_one(step(), at(1));
  ASSERT_TRUE(step().complete(item.claim, at(2)));
  ASSERT_EQ(step().purge(at(10), 10).value(), 1U);
  EXPECT_EQ(words_of(backend()), "received sent");
  publish_one(step(), to_port("Out"), at(11));
  const auto records = records_of(backend());
  ASSERT_EQ(records.size(), 3U);
  EXPECT_LT(records[1].sequence, records[2].sequence);
}

}  // namespace sealgate::store
