// The stored form of tracking records: exact, bounded, and nothing but what was written is read.

#include "messaging/tracking.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "messaging/errors.h"

namespace sealgate::messaging {
namespace {

TrackingRecord sample() {
  TrackingRecord record;
  record.at = Time(std::chrono::milliseconds(1'700'000'000'123));
  record.event = TrackingEvent::Sent;
  record.message = MessageId("0190163d-8694-739b-aea5-966c26f8ad91");
  record.work = WorkId("0190163d-8694-739b-aea5-966c26f8ad92");
  record.port = "Orders";
  record.party = "Contoso \xc3\xa4\xf0\x9f\x98\x80";
  record.instance = "node-1";
  record.details = {{"address", "https://partner.example/as2"}, {"status", "200"}, {"empty", ""}};
  return record;
}

TEST(TrackingRecords, RoundTrip) {
  const auto same = decode_record(encode_record(sample()));
  ASSERT_TRUE(same) << same.error().to_string();
  EXPECT_EQ(*same, sample());
  EXPECT_EQ(*decode_record(encode_record(TrackingRecord{})), TrackingRecord{});
}

TEST(TrackingRecords, EveryEventHasItsWord) {
  for (int event = 0; event <= static_cast<int>(TrackingEvent::Repeated); ++event) {
    const auto value = static_cast<TrackingEvent>(event);
    EXPECT_EQ(parse_tracking_event(to_string(value)), value);
  }
  EXPECT_FALSE(parse_tracking_event("Received"));
  EXPECT_FALSE(parse_tracking_event(""));
}

TEST(TrackingRecords, IdsOfOtherFormsSurvive) {
  TrackingRecord record = sample();
  record.message = MessageId("0190163D-8694-739B-AEA5-966C26F8AD91");  // upper case is another text
  record.work = WorkId("none-of-ours");
  EXPECT_EQ(*decode_record(encode_record(record)), record);
}

TEST(TrackingRecords, WhatIsAlmostAUuidSurvivesToo) {
  const std::string uuid = "0190163d-8694-739b-aea5-966c26f8ad91";
  for (std::size_t at = 0; at < uuid.size(); ++at) {
    for (const char c : {'-', 'g', 'F', '/', ':', '`', '\0'}) {
      if (uuid[at] == c) continue;
      TrackingRecord record = sample();
      std::string text = uuid;
      text[at] = c;
      record.message = MessageId(text);
      EXPECT_EQ(*decode_record(encode_record(record)), record) << text;
    }
  }
  for (const std::string& text : {uuid.substr(1), uuid + "0", uuid.substr(0, 35)}) {
    TrackingRecord record = sample();
    record.work = WorkId(text);
    EXPECT_EQ(*decode_record(encode_record(record)), record) << text;
  }
}

TEST(TrackingRecords, ACharacterIsReadWhereverItStands) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 10; ++after) {
      TrackingRecord record = sample();
      record.port = std::string(before, 'a') + "\xc3\xa4" + std::string(after, 'z');
      EXPECT_EQ(decode_record(encode_record(record))->port, record.port);
      Bytes broken = encode_record(record);
      std::ranges::replace(broken, Byte{0xc3}, Byte{0xe3});
      EXPECT_FALSE(decode_record(broken)) << before << " " << after;
      record.port[before] = '\xe3';
      EXPECT_EQ(decode_record(encode_record(record))->port,
                std::string(before, 'a') + "\\xe3\\xa4" + std::string(after, 'z'));
    }
  }
}

TEST(TrackingRecords, TooMuchIsCutAndForeignOctetsAreWritten) {
  TrackingRecord record = sample();
  record.port.assign(100'000, 'p');
  record.party = "R\xe4uber\xc3";
  record.details.assign(5000, {"name", std::string(5000, '\xff')});
  const Bytes encoded = encode_record(record);
  EXPECT_LE(encoded.size(), std::size_t{128} * 1024);
  const auto read = decode_record(encoded);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->port, std::string(kMaximumTrackingText, 'p'));
  EXPECT_EQ(read->party, "R\\xe4uber\\xc3");
  EXPECT_EQ(read->details.size(), kMaximumTrackingDetails);
  EXPECT_EQ(encode_record(*read), encoded);
  // A cut never falls into the middle of a character.
  record = sample();
  record.port = std::string(kMaximumTrackingText - 1, 'x') + "\xc3\xa4";
  EXPECT_EQ(decode_record(encode_record(record))->port, std::string(kMaximumTrackingText - 1, 'x'));
}

TEST(TrackingRecords, TruncatedAnywhereIsAnError) {
  const Bytes encoded = encode_record(sample());
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    const auto read = decode_record(ByteView(encoded).first(size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, kBadTrackingRecord);
  }
  Bytes longer = encoded;
  longer.push_back(0);
  EXPECT_FALSE(decode_record(longer));
}

TEST(TrackingRecords, WhatIsReadIsExactlyWhatWasWritten) {
  // One record has one form: whatever a flipped octet still lets through is written the same way again.
  const Bytes encoded = encode_record(sample());
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes flipped = encoded;
      flipped[at] = static_cast<Byte>(flipped[at] ^ 1U << bit);
      const auto read = decode_record(flipped);
      if (!read) continue;
      EXPECT_EQ(encode_record(*read), flipped) << at << " bit " << bit;
    }
  }
}

TEST(TrackingRecords, LyingLengthsAllocateNothing) {
  Bytes lying = encode_record(TrackingRecord{});
  lying.resize(lying.size() - 1);
  lying.insert(lying.end(), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f});
  EXPECT_FALSE(decode_record(lying));
}

TEST(TrackingSwitches, PortsLeftOutAreLeftOutByKind) {
  TrackingSwitch tracking;
  EXPECT_TRUE(tracking.records(WorkKind::Send, "Orders"));
  tracking.leave_out({.receive = {"In"}, .send = {"Orders"}});
  EXPECT_FALSE(tracking.records(WorkKind::Send, "Orders"));
  EXPECT_TRUE(tracking.records(WorkKind::Receive, "Orders"));
  EXPECT_FALSE(tracking.records(WorkKind::Route, "In"));
  EXPECT_FALSE(tracking.records(WorkKind::Respond, "In"));
  EXPECT_TRUE(tracking.records(WorkKind::Send, "In"));
  TrackingRecord record;
  record.port = "Orders";
  EXPECT_FALSE(tracking.records(WorkKind::Send, record));
  record.details = {{"sha256", "00"}, {"body.after-send-pipeline", "00"}};
  EXPECT_TRUE(tracking.records(WorkKind::Send, record)) << "what was kept must be found";
  tracking.leave_out({});
  EXPECT_TRUE(tracking.records(WorkKind::Send, "Orders"));
}

}  // namespace
}  // namespace sealgate::messaging
