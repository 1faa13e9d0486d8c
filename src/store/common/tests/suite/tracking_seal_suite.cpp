// Sealing, and what verify() finds.

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/hex.h"
#include "crypto/digest.h"
#include "messaging/errors.h"
#include "store/common/tests/suite/tracking_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

/// A store in which something always happens while it is worked with.
class BusyStorage final : public tracking::TrackingStorage {
 public:
  explicit BusyStorage(tracking::TrackingStorage& inner) : inner_(inner) {}
  Result<> read(const Job& job) override { return inner_.read(job); }
  Result<> write(const Job& job) override {
    SG_TRY(inner_.write(job));
    append(inner_, {record_at(1, TrackingEvent::Received, "meanwhile")});
    return {};
  }

 private:
  tracking::TrackingStorage& inner_;
};

}  // namespace

TEST_P(TrackingSuite, AnEmptyLogHolds) {
  EXPECT_EQ(log().seal(at(0)).value(), 0U);
  const Verification result = verified(log());
  EXPECT_EQ(result.seals, 0);
  EXPECT_TRUE(result.head.empty());
  EXPECT_FALSE(result.broken);
  EXPECT_TRUE(result.anchored);
  EXPECT_FALSE(verified(log(), Bytes(32, 1)).anchored);
  const auto state = log().state();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->head);
  EXPECT_EQ(state->first, 0);
  EXPECT_TRUE(log().search({})->records.empty());
}

TEST_P(TrackingSuite, EachSealedRecordIsFoundAsItWasHashed) {
  EXPECT_FALSE(log().sealed_record(1).value());
  fill(backend(), log(), 5, 3);
  append(backend().storage(), {record_at(16, TrackingEvent::Received, "m16")});
  for (std::int64_t sequence = 1; sequence <= 15; ++sequence) {
    const auto found = log().sealed_record(sequence);
    ASSERT_TRUE(found) << found.error().to_string();
    ASSERT_TRUE(*found);
    const SealedRecord& sealed = **found;
    EXPECT_EQ(sealed.seal.number, (sequence + 2) / 3);
    const auto hash = crypto::digest(crypto::DigestAlgorithm::Sha256, sealed.hashed);
    ASSERT_TRUE(hash);
    EXPECT_EQ(to_hex(hash->view()), to_hex(sealed.seal.hash));
    const auto record = decode_record(ByteView(sealed.hashed).subspan(sealed.offset, sealed.size));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->message.text(), "m" + std::to_string(sequence));
  }
  EXPECT_FALSE(log().sealed_record(0).value());
  EXPECT_FALSE(log().sealed_record(16).value()) << "not sealed yet";
  EXPECT_FALSE(log().sealed_record(1000).value());
}

TEST_P(TrackingSuite, RecordsAreNumberedInTheirOrderAndSealed) {
  append(backend().storage(), {record_at(5, TrackingEvent::Received, "m1"), record_at(6, TrackingEvent::Sent, "m1")});
  auto page = log().search({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 2U);
  EXPECT_EQ(page->sealed, 0);
  EXPECT_EQ(log().state()->unsealed, 2U);
  EXPECT_EQ(log().seal(at(7)).value(), 2U);
  append(backend().storage(), {record_at(8, TrackingEvent::Received, "m2")});
  page = log().search({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 3U);
  EXPECT_EQ(page->sealed, 2);
  EXPECT_EQ(messages_of(page->records), "m1 m1 m2");
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(page->records[static_cast<std::size_t>(i)].sequence, i + 1);
  EXPECT_EQ(page->records[0].port, "In");
  EXPECT_EQ(page->records[1].event, TrackingEvent::Sent);
  EXPECT_EQ(log().seal(at(9)).value(), 1U);
  const auto state = log().state();
  ASSERT_TRUE(state && state->head);
  EXPECT_EQ(state->head->number, 2);
  EXPECT_EQ(state->head->last(), 3);
  EXPECT_EQ(state->head->sealed, at(9));
  EXPECT_EQ(state->first, 1);
  EXPECT_EQ(state->unsealed, 0U);
  EXPECT_GT(state->bytes, 0U);
  const Verification result = verified(log());
  EXPECT_EQ(result.seals, 2);
  EXPECT_EQ(result.records, 3);
  EXPECT_EQ(result.head, state->head->hash);
}

TEST_P(TrackingSuite, WhatComesInMeanwhileWaitsForTheNextSeal) {
  append(backend().storage(), {record_at(1, TrackingEvent::Received, "m1")});
  BusyStorage busy(backend().storage());
  const auto keeper = tracking::make_tracking_log(busy, key_file());
  EXPECT_EQ(keeper->seal(at(2)).value(), 1U);
  EXPECT_EQ(keeper->seal(at(3)).value(), 1U);
  EXPECT_EQ(log().state()->unsealed, 1U);
}

TEST_P(TrackingSuite, MuchIsSealedInSeveralBlocks) {
  std::vector<TrackingRecord> records;
  for (int i = 1; i <= 9000; ++i) records.push_back(record_at(i, TrackingEvent::Received, "m" + std::to_string(i)));
  append(backend().storage(), records);
  EXPECT_EQ(log().seal(at(0)).value(), 9000U);
  const Verification result = verified(log());
  EXPECT_EQ(result.records, 9000);
  EXPECT_EQ(result.seals, 3);
  TrackingQuery query;
  query.message = MessageId("m8999");
  const auto found = log().search(query);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->records.size(), 1U);
  EXPECT_EQ(found->records[0].sequence, 8999);
}

TEST_P(TrackingSuite, AClockThatStepsBackDoesNotDisturbTheChain) {
  append(backend().storage(), {record_at(100, TrackingEvent::Received, "m1")});
  ASSERT_TRUE(log().seal(at(100)));
  append(backend().storage(), {record_at(50, TrackingEvent::Received, "m2")});
  ASSERT_TRUE(log().seal(at(50)));
  EXPECT_FALSE(verified(log()).broken);
  EXPECT_EQ(log().state()->head->sealed, at(100));
  TrackingQuery query;
  query.until = at(60);
  EXPECT_EQ(messages_of(log().search(query)->records), "m2");
}

TEST_P(TrackingSuite, AnAppendedRecordThatCannotBeReadIsSealedAsItIs) {
  ASSERT_TRUE(
      backend().storage().write([](tracking::TrackingRows& rows) { return rows.append(as_bytes("rubbish")); }));
  append(backend().storage(), {record_at(1, TrackingEvent::Received, "m1")});
  EXPECT_EQ(log().seal(at(2)).value(), 2U);
  EXPECT_FALSE(verified(log()).broken);
  const auto page = log().search({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 1U);
  EXPECT_EQ(page->records[0].sequence, 2);
}

TEST_P(TrackingSuite, EveryChangeBehindOurBackIsFound) {
  struct Case {
    std::string sql;
    std::int64_t seal;
  };
  const std::string other = "(SELECT s.records FROM tracking_seals s WHERE s.number = 3)";
  const std::vector<Case> cases = {
      {"UPDATE tracking_seals SET records = " + other + " WHERE number = 2", 2},
      {"UPDATE tracking_seals SET first = first + 1 WHERE number = 2", 2},
      {"UPDATE tracking_seals SET count = count - 1 WHERE number = 2", 2},
      {"UPDATE tracking_seals SET sealed = sealed + 1 WHERE number = 2", 2},
      {"UPDATE tracking_seals SET hash = previous WHERE number = 2", 2},
      {"UPDATE tracking_seals SET previous = hash WHERE number = 2", 2},
      {"UPDATE tracking_seals SET latest = earliest WHERE number = 2", 2},
      {"UPDATE tracking_seals SET filter = (SELECT s.filter FROM tracking_seals s WHERE s.number = 3) WHERE number = "
       "2",
       2},
      {"DELETE FROM tracking_seals WHERE number = 2", 2},
      {"DELETE FROM tracking_seals WHERE number = 1", 1},
      {"UPDATE tracking_seals SET number = number + 10 WHERE number >= 2", 2},
      {"UPDATE tracking_seals SET number = -1 WHERE number = 2; UPDATE tracking_seals SET number = 2 WHERE number = "
       "3; "
       "UPDATE tracking_seals SET number = 3 WHERE number = -1",
       2},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sql);
    SetUp();
    fill(backend(), log(), 3, 3);
    ASSERT_FALSE(verified(log()).broken);
    backend().run(one.sql);
    const Verification result = verified(log());
    ASSERT_TRUE(result.broken);
    EXPECT_EQ(result.broken->seal, one.seal);
    EXPECT_EQ(result.seals, one.seal - 1);
    EXPECT_EQ(result.records, 3 * (one.seal - 1));
    EXPECT_FALSE(result.broken->what.empty());
  }
}

TEST_P(TrackingSuite, ALogThatWasCutShortOrWrittenAnewIsFoundByAnAnchor) {
  fill(backend(), log(), 3, 2);
  const Bytes anchor = log().state()->head->hash;
  EXPECT_TRUE(verified(log(), anchor).anchored);
  backend().run("DELETE FROM tracking_seals WHERE number = 3");
  Verification result = verified(log(), anchor);
  EXPECT_FALSE(result.broken);
  EXPECT_FALSE(result.anchored);
  // Somebody who can write everything writes everything: the same but for one record.
  backend().run("DELETE FROM tracking_seals");
  std::vector<TrackingRecord> forged;
  for (int i = 1; i <= 6; ++i) forged.push_back(record_at(i, TrackingEvent::Received, "m" + std::to_string(7 * i)));
  append(backend().storage(), forged);
  ASSERT_TRUE(log().seal(at(6)));
  result = verified(log(), anchor);
  EXPECT_FALSE(result.broken);
  EXPECT_FALSE(result.anchored);
}

TEST_P(TrackingSuite, VerifyStopsWhenItIsTold) {
  std::vector<TrackingRecord> records(1, record_at(1, TrackingEvent::Received, "m1"));
  for (int i = 0; i < 40; ++i) {
    append(backend().storage(), records);
    ASSERT_TRUE(log().seal(at(i)));
  }
  std::int64_t heard = 0;
  const auto result = log().verify({}, [&](std::int64_t done) {
    heard = done;
    return false;
  });
  ASSERT_TRUE(result);
  EXPECT_GT(heard, 0);
  EXPECT_LT(heard, 40);
  EXPECT_EQ(result->records, heard);
}

TEST_P(TrackingSuite, WritersAndSealersAtOnceLoseAndRepeatNothing) {
  constexpr int kWriters = 3;
  constexpr int kEach = 60;
  TrackingLog& shared = log();
  std::atomic<int> writing{kWriters};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = "w" + std::to_string(writer) + "-" + std::to_string(i);
        append(backend().storage(), {record_at(i, TrackingEvent::Received, id)});
      }
      --writing;
    });
  }
  for (int sealer = 0; sealer < 2; ++sealer) {
    threads.emplace_back([&] {
      while (writing > 0) {
        const auto sealed = shared.seal(at(0));
        if (sealed) continue;
        EXPECT_EQ(sealed.error().code, kTrackingChanged) << sealed.error().to_string();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // A transaction that is still being taken back may hold up what came after it for a moment.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (log().state()->unsealed > 0 && std::chrono::steady_clock::now() < deadline) ASSERT_TRUE(log().seal(at(0)));
  const Verification result = verified(log());
  EXPECT_FALSE(result.broken);
  EXPECT_EQ(result.records, kWriters * kEach);
  const auto page = log().search({});
  ASSERT_TRUE(page);
  std::vector<std::string> ids;
  std::vector<int> last(kWriters, -1);
  for (const TrackingRecord& record : page->records) {
    ids.push_back(record.message.text());
    // What one writer committed in an order stays in it.
    const std::size_t writer = static_cast<std::size_t>(ids.back()[1] - '0');
    const int number = std::stoi(ids.back().substr(3));
    EXPECT_GT(number, last[writer]);
    last[writer] = number;
  }
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kWriters * kEach));
}

}  // namespace sealgate::store
