#include "hosts/unknown_senders.h"

#include <gtest/gtest.h>

#include "hosts/errors.h"
#include "messaging/property_names.h"
#include "messaging/tests/refusing_message_box.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

using Fate = UnknownSenders::Fate;
using std::chrono::minutes;
using std::chrono::seconds;

/// Remembers what is suspended, and what was recorded.
class Box final : public messaging::testing::RefusingMessageBox {
 public:
  std::set<std::string> suspended;
  std::vector<messaging::TrackingRecord> records;
  bool fails = false;
  int shows = 0;

  Result<std::vector<messaging::WorkSummary>> list(const messaging::ListQuery& query) override {
    std::vector<messaging::WorkSummary> found;
    for (const std::string& id : suspended) {
      if (found.size() < query.limit) found.push_back(summary(id));
    }
    return found;
  }
  Result<messaging::WorkSummary> show(const messaging::WorkId& work) override {
    ++shows;
    if (!suspended.contains(work.text()))
      return fail(ErrorCode{"messaging.no-such-work", ErrorClass::NotFound}, "gone");
    return summary(work.text());
  }
  Result<messaging::Message> load(const messaging::MessageId&) override {
    messaging::Message message;
    message.context.write(messaging::names::kReceiveLocationName, std::string("At"));
    return message;
  }
  Result<> record(const std::vector<messaging::TrackingRecord>& more, Time) override {
    if (fails) return fail(store::kIoFailed, "full");
    records.insert(records.end(), more.begin(), more.end());
    return {};
  }

 private:
  static messaging::WorkSummary summary(const std::string& id) {
    messaging::WorkSummary summary;
    summary.id = messaging::WorkId(id);
    summary.state = messaging::WorkState::Suspended;
    return summary;
  }
};

class UnknownSendersTest : public ::testing::Test {
 protected:
  void fail_from(const std::string& address, std::size_t times, Fate fate = Fate::Dropped) {
    for (std::size_t i = 0; i < times; ++i)
      senders_.failed({"Port", "At", address, "pipeline.unknown-party", fate}, now_);
  }
  bool may_enter(const std::string& address) {
    const auto place = senders_.enter("Port", "At", address, now_);
    if (!place) {
      EXPECT_EQ(place.error().code, kTooManyUnauthenticated);
    }
    return place.has_value();
  }
  UnknownSenders::Place room() { return senders_.may_keep(box_, "Port", "At", 3, now_).value(); }
  bool may_keep() { return room() != nullptr; }

  UnknownSenders senders_;
  Box box_;
  UnknownSenders::Moment now_ = UnknownSenders::Moment::clock::now();
};

TEST_F(UnknownSendersTest, AnAddressThatFailsTooOftenWaitsForTheNextMinute) {
  fail_from("10.0.0.1", 19);
  EXPECT_TRUE(may_enter("10.0.0.1"));
  fail_from("10.0.0.1", 1);
  EXPECT_FALSE(may_enter("10.0.0.1"));
  EXPECT_TRUE(may_enter("10.0.0.2"));
  EXPECT_TRUE(may_enter(""));  // a file has no address
  now_ += minutes(1);
  EXPECT_TRUE(may_enter("10.0.0.1"));
}

TEST_F(UnknownSendersTest, WhoIsKnownIsNeverHeldOff) {
  senders_.known("10.0.0.1", now_);
  fail_from("10.0.0.1", 100);
  EXPECT_TRUE(may_enter("10.0.0.1"));
  now_ += minutes(11);
  fail_from("10.0.0.1", 20);
  EXPECT_FALSE(may_enter("10.0.0.1"));
}

TEST_F(UnknownSendersTest, ManyAddressesTogetherGetFewPlaces) {
  senders_.known("10.1.0.1", now_);
  for (int i = 0; i < 20; ++i) fail_from("10.0.0." + std::to_string(i), 1);
  std::vector<UnknownSenders::Place> places;
  for (int i = 0; i < 2; ++i)
    places.push_back(senders_.enter("Port", "At", "10.0.1." + std::to_string(i), now_).value());
  EXPECT_FALSE(may_enter("10.0.2.1"));
  EXPECT_TRUE(may_enter("10.1.0.1"));
  EXPECT_TRUE(senders_.enter("Port", "Elsewhere", "10.0.2.1", now_));
  places.pop_back();
  EXPECT_TRUE(may_enter("10.0.2.1"));
}

TEST_F(UnknownSendersTest, RemembersSoManyAddressesAndNoMore) {
  UnknownSenders few({.addresses = 10});
  few.known("known", now_);
  for (int i = 0; i < 1000; ++i) few.failed({"Port", "At", std::to_string(i), "x", Fate::Dropped}, now_);
  few.failed({"Port", "At", "known", "x", Fate::Dropped}, now_);
  EXPECT_TRUE(few.enter("Port", "At", "known", now_));
}

TEST_F(UnknownSendersTest, KeepsSoManyAndMoreWhenPeopleSettledSome) {
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_TRUE(may_keep()) << id;
    box_.suspended.insert(id);
    senders_.kept("At", messaging::WorkId(id));
  }
  EXPECT_FALSE(may_keep());
  const int shows = box_.shows;
  box_.suspended.erase("b");
  now_ += seconds(1);
  EXPECT_FALSE(may_keep());  // it does not look for each message
  EXPECT_EQ(box_.shows, shows);
  now_ += seconds(10);
  EXPECT_TRUE(may_keep());
}

TEST_F(UnknownSendersTest, RoomIsPromisedOnlyOnce) {
  auto first = room();
  const auto second = room();
  const auto third = room();
  EXPECT_TRUE(first && second && third);
  EXPECT_FALSE(may_keep());
  first.reset();  // the store failed: nothing was kept
  EXPECT_TRUE(may_keep());
}

TEST_F(UnknownSendersTest, CountsWhatAnEarlierLifeKept) {
  box_.suspended = {"a", "b", "c", "d"};
  EXPECT_FALSE(may_keep());
  box_.suspended = {"a"};
  now_ += seconds(11);
  EXPECT_TRUE(may_keep());
}

TEST_F(UnknownSendersTest, TellsSumsAndLosesNoneWhenTheStoreFails) {
  fail_from("10.0.0.1", 3);
  fail_from("10.0.0.1", 2, Fate::Kept);
  for (int i = 0; i < 500; ++i) fail_from("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250), 1);
  box_.fails = true;
  EXPECT_FALSE(senders_.tell(box_, Time{}));
  box_.fails = false;
  fail_from("10.0.0.1", 1);
  ASSERT_TRUE(senders_.tell(box_, Time{}));
  EXPECT_LE(box_.records.size(), 102U);
  std::uint64_t sum = 0;
  bool found = false;
  for (const auto& record : box_.records) {
    EXPECT_EQ(record.event, messaging::TrackingEvent::Dropped);
    EXPECT_EQ(record.port, "Port");
    sum += std::stoull(record.details.back().second);
    const messaging::TrackingDetails expected{{"location", "At"},
                                              {"failure", "pipeline.unknown-party"},
                                              {"fate", "dropped"},
                                              {"remote_address", "10.0.0.1"},
                                              {"count", "4"}};
    found = found || record.details == expected;
  }
  EXPECT_EQ(sum, 506U);
  EXPECT_TRUE(found);
  box_.records.clear();
  ASSERT_TRUE(senders_.tell(box_, Time{}));
  EXPECT_TRUE(box_.records.empty());
  EXPECT_NE(senders_.metrics().find("{location=\"At\",fate=\"dropped\"} 504\n"), std::string::npos)
      << senders_.metrics();
}

}  // namespace
}  // namespace sealgate::hosts
