// Finding records.

#include <algorithm>

#include "store/common/tests/suite/tracking_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

constexpr std::string_view kThumbprint = "00112233445566778899AABBCCDDEEFF00112233";

std::vector<TrackingRecord> some_journeys() {
  std::vector<TrackingRecord> records;
  records.push_back(record_at(10, TrackingEvent::Received, "m1",
                              {{"file", "Bestellung \xc3\x84.xml"},
                               {"address", "https://partner.example/as2"},
                               {"signer.thumbprint", std::string(kThumbprint)}}));
  records.push_back(record_at(11, TrackingEvent::Received, "m2", {{"file", "order.xml"}}));
  records.push_back(record_at(12, TrackingEvent::Sent, "m1", {{"address", "https://other.example/in"}}));
  records.back().work = WorkId("0190163d-8694-739b-aea5-966c26f8ad91");
  records.push_back(record_at(13, TrackingEvent::Suspended, "m2", {{"failure", "smime.no-key"}}));
  records.back().party = "";
  records.push_back(record_at(14, TrackingEvent::Sent, "m3", {{"party", "Fabrikam"}}));
  records.back().party = "";
  return records;
}

/// The messages found by a query, once in either direction.
std::string found(TrackingLog& log, TrackingQuery query) {
  const auto up = log.search(query);
  query.newest_first = true;
  auto down = log.search(query);
  EXPECT_TRUE(up && down);
  std::ranges::reverse(down->records);
  EXPECT_EQ(up->records, down->records);
  return messages_of(up->records);
}

void expect_each_way(TrackingLog& log) {
  TrackingQuery query;
  query.port = "oUT";
  EXPECT_EQ(found(log, query), "m1 m3");
  query = {};
  query.party = "contoso";
  EXPECT_EQ(found(log, query), "m1 m2 m1");
  query = {};
  query.party = "Fabrikam";
  EXPECT_EQ(found(log, query), "m3");
  query = {};
  query.event = TrackingEvent::Sent;
  EXPECT_EQ(found(log, query), "m1 m3");
  query = {};
  query.message = MessageId("m2");
  EXPECT_EQ(found(log, query), "m2 m2");
  query = {};
  query.work = WorkId("0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(found(log, query), "m1");
  query = {};
  query.details = {{"file", "Bestellung \xc3\x84.xml"}};
  EXPECT_EQ(found(log, query), "m1");
  query.details = {{"address", "Bestellung \xc3\x84.xml"}};
  EXPECT_EQ(found(log, query), "");
  query.details = {{"", "00112233445566778899aabbccddeeff00112233"}};
  EXPECT_EQ(found(log, query), "m1");
  query.details = {{"", std::string(kThumbprint)}, {"file", "order.xml"}};
  EXPECT_EQ(found(log, query), "");
  query = {};
  query.text = "EXAMPLE/";
  EXPECT_EQ(found(log, query), "m1 m1");
  query.text = "NO-key";
  EXPECT_EQ(found(log, query), "m2");
  query.text = "no such thing";
  EXPECT_EQ(found(log, query), "");
  query = {};
  query.from = at(11);
  EXPECT_EQ(found(log, query), "m2 m1 m2 m3");
  query.until = at(13);
  EXPECT_EQ(found(log, query), "m2 m1");
  query.port = "In";
  EXPECT_EQ(found(log, query), "m2");
}

}  // namespace

TEST_P(TrackingSuite, ASearchFindsTheSameBeforeAndAfterSealing) {
  append(backend().storage(), some_journeys());
  expect_each_way(log());
  ASSERT_TRUE(log().seal(at(20)));
  expect_each_way(log());
}

TEST_P(TrackingSuite, ASearchGoesOverSealsAndTail) {
  for (const TrackingRecord& record : some_journeys()) {
    append(backend().storage(), {record});
    if (record.at == at(14)) break;  // stays in the tail
    ASSERT_TRUE(log().seal(record.at));
  }
  expect_each_way(log());
}

TEST_P(TrackingSuite, PagesJoinWithoutGapAndRepetition) {
  fill(backend(), log(), 7, 5);
  append(backend().storage(),
         {record_at(36, TrackingEvent::Received, "m36"), record_at(37, TrackingEvent::Sent, "m37")});
  for (const bool newest_first : {false, true}) {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{3}, std::size_t{5}, std::size_t{37}}) {
      TrackingQuery query;
      query.limit = limit;
      query.newest_first = newest_first;
      std::vector<std::int64_t> all;
      for (int pages = 0; pages < 100; ++pages) {
        const auto page = log().search(query);
        ASSERT_TRUE(page);
        for (const TrackingRecord& record : page->records) all.push_back(record.sequence);
        query.after = page->next;
        if (page->next == 0) break;
      }
      ASSERT_EQ(all.size(), 37U) << limit << newest_first;
      for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i], static_cast<std::int64_t>(newest_first ? 37 - i : i + 1));
      }
    }
  }
}

TEST_P(TrackingSuite, AJourneyIsEverythingThatMentionsTheMessage) {
  append(backend().storage(), {record_at(1, TrackingEvent::Refused, "raw", {{"failure", "smime.no-key"}}),
                               record_at(2, TrackingEvent::Received, "other")});
  ASSERT_TRUE(log().seal(at(2)));
  append(backend().storage(),
         {record_at(3, TrackingEvent::Resumed, "raw"),
          record_at(4, TrackingEvent::Received, "first", {{"from", "raw"}, {"interchange", "{i-1}"}}),
          record_at(5, TrackingEvent::Received, "second", {{"from", "raw"}, {"interchange", "{i-1}"}})});
  ASSERT_TRUE(log().seal(at(5)));
  append(backend().storage(),
         {record_at(6, TrackingEvent::Sent, "first"), record_at(7, TrackingEvent::Sent, "other")});
  EXPECT_EQ(messages_of(log().journey(MessageId("raw")).value()), "raw raw first second");
  EXPECT_EQ(messages_of(log().journey(MessageId("first")).value()), "first second first");
  EXPECT_EQ(messages_of(log().journey(MessageId("other")).value()), "other other");
  EXPECT_TRUE(log().journey(MessageId("unknown")).value().empty());
}

TEST_P(TrackingSuite, AnIdThatTellsItsTimeIsFoundAmongMuch) {
  fill(backend(), log(), 20, 2);
  const MessageId late = make_message_id(at(100'000)).value();
  append(backend().storage(), {record_at(100'000, TrackingEvent::Received, late.text())});
  ASSERT_TRUE(log().seal(at(100'000)));
  append(backend().storage(), {record_at(100'001, TrackingEvent::Sent, late.text())});
  const auto records = log().journey(late);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(records->front().sequence, 41);
}

}  // namespace sealgate::store
