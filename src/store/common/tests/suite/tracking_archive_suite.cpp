// Archiving, cutting, moving.

#include "messaging/errors.h"
#include "store/common/tests/suite/tracking_fixture.h"
#include "store/common/tracking/archive.h"
#include "store/common/tracking/copy.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

struct Archived {
  TrackingArchive archive = {};
  std::string text = {};
};

Archived archived(TrackingLog& log, const TrackingPart& part) {
  BufferSink sink;
  auto done = log.archive(part, sink);
  EXPECT_TRUE(done) << done.error().to_string();
  return {std::move(*done), std::string(as_text(sink.bytes()))};
}

/// Empty when the archive holds.
std::string fault_of(const std::string& text) {
  tracking::ArchiveVerifier verifier;
  auto done = verifier.write(as_bytes(text));
  if (done) done = verifier.finish();
  if (done) return {};
  EXPECT_EQ(done.error().code, kTrackingBroken);
  return done.error().what;
}

TrackingPart before(Time time) {
  TrackingPart part;
  part.before = time;
  return part;
}

}  // namespace

TEST_P(TrackingSuite, TheOldPartIsArchivedAndCutAndTheRestStillHolds) {
  fill(backend(), log(), 5, 3);
  const Bytes anchor = log().state()->head->hash;
  const Archived old = archived(log(), before(at(7)));  // m1 to m6
  EXPECT_EQ(old.archive.first_seal, 1);
  EXPECT_EQ(old.archive.last_seal, 2);
  EXPECT_EQ(old.archive.first, 1);
  EXPECT_EQ(old.archive.last, 6);
  EXPECT_EQ(old.archive.earliest, at(1));
  EXPECT_EQ(old.archive.latest, at(6));
  EXPECT_EQ(fault_of(old.text), "");
  EXPECT_EQ(log().search({})->records.size(), 15U) << "archiving alone takes nothing away";
  ASSERT_TRUE(log().cut(old.archive, "old.jsonl", at(20)));
  auto page = log().search({});
  ASSERT_EQ(page->records.size(), 9U);
  EXPECT_EQ(page->records.front().sequence, 7);
  EXPECT_EQ(log().state()->first, 7);
  Verification result = verified(log(), anchor);
  EXPECT_FALSE(result.broken);
  EXPECT_TRUE(result.anchored);
  EXPECT_EQ(result.seals, 3);
  EXPECT_TRUE(verified(log(), old.archive.hash).anchored) << "the cut itself is known";
  // All of the rest: the chain goes on behind the cut.
  const Archived rest = archived(log(), before(at(100)));
  EXPECT_EQ(rest.archive.first_seal, 3);
  tracking::ArchiveVerifier verifier;
  ASSERT_TRUE(verifier.write(as_bytes(rest.text)));
  ASSERT_TRUE(verifier.finish());
  EXPECT_EQ(verifier.previous(), old.archive.hash);
  EXPECT_EQ(verifier.found().last, 15);
  ASSERT_TRUE(log().cut(rest.archive, "rest.jsonl", at(21)));
  EXPECT_TRUE(log().search({})->records.empty());
  EXPECT_EQ(log().state()->head->hash, anchor);
  append(backend().storage(), {record_at(30, TrackingEvent::Received, "m16")});
  ASSERT_TRUE(log().seal(at(30)));
  result = verified(log(), anchor);
  EXPECT_TRUE(result.anchored);
  EXPECT_EQ(result.records, 1);
  EXPECT_EQ(log().search({})->records.front().sequence, 16);
  // Removing what follows a cut shows.
  backend().run("UPDATE tracking_seals SET number = number + 1");
  EXPECT_TRUE(verified(log()).broken);
}

TEST_P(TrackingSuite, NothingOldIsNoArchive) {
  fill(backend(), log(), 2, 2);
  const Archived none = archived(log(), before(at(0)));
  EXPECT_EQ(none.archive.last_seal, 0);
  EXPECT_EQ(none.text, "");
  EXPECT_EQ(archived(log(), {}).archive.last_seal, 0);
}

TEST_P(TrackingSuite, AnArchiveIsBoundedBySizeAndByRecords) {
  fill(backend(), log(), 6, 4);
  const std::uint64_t bytes = log().state()->bytes;
  TrackingPart part;
  part.maximum_bytes = bytes / 2;
  const Archived half = archived(log(), part);
  EXPECT_GE(half.archive.last_seal, 2);
  EXPECT_LE(half.archive.last_seal, 4);
  ASSERT_TRUE(log().cut(half.archive, "half", at(30)));
  EXPECT_LE(log().state()->bytes, bytes / 2);
  part = before(at(1000));
  part.maximum_records = 5;
  EXPECT_EQ(archived(log(), part).archive.last, half.archive.last + 4);
  part.maximum_records = 1;
  EXPECT_EQ(archived(log(), part).archive.last, half.archive.last + 4) << "one seal at least";
}

TEST_P(TrackingSuite, WhatDoesNotVerifyIsNeitherArchivedNorCut) {
  fill(backend(), log(), 3, 2);
  Archived good = archived(log(), before(at(1000)));
  good.archive.hash[0] ^= 1;
  EXPECT_EQ(log().cut(good.archive, "x", at(9)).error().code, kTrackingChanged);
  good = archived(log(), before(at(3)));
  ASSERT_TRUE(log().cut(good.archive, "x", at(9)));
  EXPECT_EQ(log().cut(good.archive, "x", at(9)).error().code, kTrackingChanged) << "twice";
  backend().run("UPDATE tracking_seals SET sealed = sealed + 1 WHERE number = 3");
  BufferSink sink;
  EXPECT_EQ(log().archive(before(at(1000)), sink).error().code, kTrackingBroken);
  EXPECT_EQ(log().search({})->records.size(), 4U);
}

TEST_P(TrackingSuite, AnArchiveThatWasChangedShows) {
  append(backend().storage(), {record_at(1, TrackingEvent::Received, "m1", {{"file", "a\"b\\ \xc3\xa4 \xff"}}),
                               record_at(2, TrackingEvent::Sent, "m1")});
  ASSERT_TRUE(log().seal(at(2)));
  append(backend().storage(), {record_at(3, TrackingEvent::Received, "m2")});
  ASSERT_TRUE(log().seal(at(3)));
  const std::string text = archived(log(), before(at(9))).text;
  ASSERT_EQ(fault_of(text), "");
  EXPECT_NE(fault_of(""), "");
  for (std::size_t size = 1; size < text.size(); ++size) {
    // Whole seals may be missing at the end: the seal behind them and the checksum beside the archive tell of those.
    const std::string fault = fault_of(text.substr(0, size));
    const bool whole = text[size - 1] == '\n' && text.substr(size).starts_with("{\"seal\"");
    EXPECT_EQ(fault.empty(), whole) << size;
  }
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"m1\"", "\"m3\""},
                                                        {"Contoso", "Fabrika"},
                                                        {"\"sent\"", "\"resent\""},
                                                        {"\"sequence\":2", "\"sequence\":3"},
                                                        {"\"count\":2", "\"count\":3"},
                                                        {"\"number\":2", "\"number\":3"},
                                                        {"\"details\":[]", "\"details\":[1]"}}) {
    std::string changed = text;
    ASSERT_NE(changed.find(from), std::string::npos) << from;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_NE(fault_of(changed), "") << from;
  }
  EXPECT_NE(fault_of(std::string(3'000'000, 'x')), "");
}

TEST_P(TrackingSuite, ALogMovesWithItsChainAndItsBodies) {
  fill(backend(), log(), 4, 2);
  const Archived old = archived(log(), before(at(3)));
  ASSERT_TRUE(log().cut(old.archive, "x", at(9)));
  append(backend().storage(), {record_at(9, TrackingEvent::Received, "m9")});
  const auto target = GetParam().make();
  const auto copied = tracking::copy_log(backend().storage(), target->storage());
  ASSERT_TRUE(copied) << copied.error().to_string();
  const auto moved = tracking::make_tracking_log(target->storage(), key_file());
  EXPECT_EQ(moved->search({})->records, log().search({})->records);
  const Verification result = verified(*moved, old.archive.hash);
  EXPECT_FALSE(result.broken);
  EXPECT_TRUE(result.anchored);
  EXPECT_EQ(result.head, log().state()->head->hash);
  ASSERT_TRUE(moved->seal(at(10)));
  EXPECT_EQ(moved->state()->head->last(), 9);
}

}  // namespace sealgate::store
