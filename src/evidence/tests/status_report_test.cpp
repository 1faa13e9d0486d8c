// The AS2 report over a log that is made up.

#include "evidence/status_report.h"

#include <gtest/gtest.h>

#include "messaging/tests/no_log.h"

namespace sealgate::evidence {
namespace {

using namespace messaging;

TrackingRecord record(std::int64_t sequence, TrackingEvent event, const std::string& message,
                      TrackingDetails details = {}) {
  TrackingRecord made;
  made.sequence = sequence;
  made.at = Time(std::chrono::seconds(sequence));
  made.event = event;
  made.message = MessageId(message);
  made.details = std::move(details);
  return made;
}

/// Gives pages of what `make` makes of the numbers from `last` down to 1.
class MadeUpLog final : public messaging::testing::NoLog {
 public:
  MadeUpLog(std::int64_t last, std::function<TrackingRecord(std::int64_t)> make)
      : last_(last), make_(std::move(make)) {}
  Result<TrackingPage> search(const TrackingQuery& query) override {
    TrackingPage page;
    std::int64_t next = query.after == 0 ? last_ : query.after;
    for (; next > 0 && page.records.size() < query.limit; --next) {
      TrackingRecord made = make_(next);
      if (!query.message.empty() && made.message != query.message) continue;
      page.records.push_back(std::move(made));
    }
    page.next = next;
    return page;
  }

 private:
  std::int64_t last_;
  std::function<TrackingRecord(std::int64_t)> make_;
};

TrackingDetails as2_details(const std::string& id, bool sent, const std::string& agreement = "A") {
  TrackingDetails details{{"as2.message_id", id}, {"as2.agreement", agreement}, {"as2.wanted", "sync, signed"}};
  if (sent) details.emplace_back("as2.direction", "sent");
  return details;
}

std::vector<As2Row> rows_of(std::vector<TrackingRecord> records, const As2Filter& filter = {},
                            const std::set<std::string>& left_out = {}) {
  MadeUpLog log(static_cast<std::int64_t>(records.size()),
                [&](std::int64_t number) { return records[static_cast<std::size_t>(number - 1)]; });
  std::vector<As2Row> rows;
  EXPECT_TRUE(report_as2(log, filter, left_out, [&rows](const As2Row& row) {
    rows.push_back(row);
    return true;
  }));
  return rows;
}

As2Status status_after(std::vector<std::pair<TrackingEvent, TrackingDetails>> events) {
  std::vector<TrackingRecord> records{record(1, TrackingEvent::Received, "m", as2_details("<1>", true))};
  for (auto& [event, details] : events) {
    records.push_back(record(static_cast<std::int64_t>(records.size()) + 1, event, "m", std::move(details)));
  }
  const auto rows = rows_of(std::move(records));
  EXPECT_EQ(rows.size(), 1U);
  return rows.front().status;
}

TEST(As2Report, TheNewestWordDecides) {
  using enum TrackingEvent;
  const auto failure = [](const char* code) { return TrackingDetails{{"failure", code}}; };
  EXPECT_EQ(status_after({}), As2Status::Sending);
  EXPECT_EQ(status_after({{Attempted, {}}}), As2Status::Sending);
  EXPECT_EQ(status_after({{Attempted, {}}, {Suspended, failure("net.refused")}}), As2Status::NotSent);
  EXPECT_EQ(status_after({{Suspended, failure("net.refused")}, {Resumed, {}}}), As2Status::Sending);
  EXPECT_EQ(status_after({{Sent, {}}}), As2Status::Waiting);
  EXPECT_EQ(status_after({{Sent, {}}, {Acknowledged, {}}}), As2Status::Acknowledged);
  EXPECT_EQ(status_after({{Acknowledged, {}}, {Sent, {}}}), As2Status::Acknowledged) << "the receipt was faster";
  EXPECT_EQ(status_after({{Sent, {}}, {Suspended, failure("hosts.as2-refused")}}), As2Status::Failed);
  EXPECT_EQ(status_after({{Suspended, failure("hosts.as2-refused")}, {Sent, {}}}), As2Status::Failed);
  EXPECT_EQ(status_after({{Sent, {}}, {Suspended, failure("hosts.as2-mic-mismatch")}}), As2Status::CheckDiffers);
  EXPECT_EQ(status_after({{Sent, {}}, {Sent, {}}, {Suspended, failure("hosts.as2-resends-exhausted")}}),
            As2Status::ResendsExhausted);
}

TEST(As2Report, WhatCouldNotBeEncodedIsARowUntilItGoesOn) {
  TrackingRecord unsent = record(2, TrackingEvent::Suspended, "m",
                                 {{"failure", "pipeline.no-encryption-certificate"},
                                  {"as2.direction", "sent"},
                                  {"as2.agreement", "A"},
                                  {"as2.to", "ACME"}});
  unsent.work = WorkId("w");
  const TrackingRecord received = record(1, TrackingEvent::Received, "m");
  TrackingRecord again = unsent;
  again.sequence = 3;
  const auto rows = rows_of({received, unsent, again});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].record, 3);
  EXPECT_EQ(rows[0].status, As2Status::NotSent);
  EXPECT_EQ(rows[0].failure, "pipeline.no-encryption-certificate");
  EXPECT_TRUE(rows[0].message_id.empty());
  TrackingRecord resumed = record(3, TrackingEvent::Resumed, "m");
  resumed.work = unsent.work;
  EXPECT_TRUE(rows_of({received, unsent, resumed}).empty());
}

TEST(As2Report, WhatComesTwiceIsADuplicateAndKeepsItsTime) {
  const auto rows = rows_of({record(1, TrackingEvent::Received, "m", as2_details("<1>", false)),
                             record(2, TrackingEvent::Repeated, "m"), record(3, TrackingEvent::Repeated, "m")});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].duplicate);
  EXPECT_FALSE(rows[0].changed);
}

TEST(As2Report, AReceiptOnItsWayBelongsToItsMessage) {
  TrackingDetails call{{"as2.receipt_for", "<1>"}, {"receipt", "processed"}};
  const auto with = [&](std::vector<TrackingRecord> later) {
    std::vector<TrackingRecord> records{record(1, TrackingEvent::Received, "m", as2_details("<1>", false)),
                                        record(2, TrackingEvent::Received, "call", call)};
    records.insert(records.end(), later.begin(), later.end());
    const auto rows = rows_of(std::move(records));
    EXPECT_EQ(rows.size(), 1U);
    return rows.front();
  };
  EXPECT_EQ(with({}).status, As2Status::ReceiptPending);
  EXPECT_EQ(with({record(3, TrackingEvent::Sent, "call")}).status, As2Status::ReceiptSent);
  EXPECT_EQ(with({record(3, TrackingEvent::Suspended, "call", {{"failure", "x"}})}).status, As2Status::ReceiptFailed);
  EXPECT_EQ(with({}).disposition, "processed");
}

TEST(As2Report, OthersAndThoseLeftOutAreNoRows) {
  EXPECT_TRUE(rows_of({record(1, TrackingEvent::Received, "m"), record(2, TrackingEvent::Sent, "m")}).empty());
  EXPECT_TRUE(rows_of({record(1, TrackingEvent::Received, "m", as2_details("<1>", false))}, {}, {"A"}).empty());
}

TEST(As2Report, AHundredThousandMessagesAreReadInOnePass) {
  constexpr std::int64_t kMessages = 100'000;
  MadeUpLog log(3 * kMessages, [](std::int64_t number) {
    const std::int64_t message = (number - 1) / 3;
    const std::string id = "m" + std::to_string(message);
    switch ((number - 1) % 3) {
      case 0:
        return record(number, TrackingEvent::Received, id, as2_details("<" + id + ">", true));
      case 1:
        return record(number, TrackingEvent::Sent, id);
      default:
        return record(number, TrackingEvent::Acknowledged, id, {{"as2.disposition", "processed"}});
    }
  });
  std::int64_t rows = 0;
  std::int64_t last = 3 * kMessages + 1;
  ASSERT_TRUE(report_as2(log, {}, {}, [&](const As2Row& row) {
    ++rows;
    EXPECT_EQ(row.status, As2Status::Acknowledged);
    EXPECT_LT(row.record, last);
    last = row.record;
    return true;
  }));
  EXPECT_EQ(rows, kMessages);
}

TEST(As2Report, MoreUnderWayThanIsRememberedIsLookedUp) {
  // All records come before all others of their messages: nothing can be forgotten on the way.
  constexpr std::int64_t kMessages = 100'050;
  MadeUpLog log(2 * kMessages, [](std::int64_t number) {
    const std::string id = "m" + std::to_string((number - 1) % kMessages);
    return number <= kMessages ? record(number, TrackingEvent::Received, id, as2_details("<" + id + ">", true))
                               : record(number, TrackingEvent::Acknowledged, id);
  });
  int rows = 0;
  ASSERT_TRUE(report_as2(log, {}, {}, [&](const As2Row& row) {
    EXPECT_EQ(row.status, As2Status::Acknowledged) << row.message.text();
    return ++rows < 3;
  }));
  EXPECT_EQ(rows, 3);
}

}  // namespace
}  // namespace sealgate::evidence
