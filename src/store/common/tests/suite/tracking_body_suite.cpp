// Tracked bodies: encrypted, stored once, gone with the records that mention them.

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "crypto/digest.h"
#include "messaging/errors.h"
#include "store/common/errors.h"
#include "store/common/tests/suite/tracking_fixture.h"
#include "store/common/tracking/copy.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

class MemoryBody final : public Body {
 public:
  explicit MemoryBody(Bytes content) : content_(std::move(content)) {
    const auto value = crypto::digest(crypto::DigestAlgorithm::Sha256, content_).value();
    sha256_.assign(value.view().begin(), value.view().end());
  }
  std::uint64_t size() const override { return content_.size(); }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    // In pieces, as a stored body comes.
    for (std::size_t at = 0; at < content_.size(); at += 100'000) {
      SG_TRY(sink.write(ByteView(content_).subspan(at, std::min<std::size_t>(100'000, content_.size() - at))));
    }
    return {};
  }
  const Bytes& content() const { return content_; }

 private:
  Bytes content_;
  Bytes sha256_;
};

Result<Bytes> kept(TrackingLog& log, const Bytes& sha256) {
  BufferSink sink;
  SG_TRY(log.read_body(sha256, sink));
  return sink.take();
}

std::size_t bodies_in(TrackingBackend& backend) {
  std::size_t count = 0;
  EXPECT_TRUE(backend.storage().read([&](tracking::TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(const auto all, rows.bodies("", 1000));
    count = all.size();
    return {};
  }));
  return count;
}

}  // namespace

TEST_P(TrackingSuite, BodiesOfEverySizeComeBack) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{70'000}, std::size_t{524'288}, std::size_t{3'000'000}}) {
    const MemoryBody body(content_of(size, 7));
    const auto stored = log().keep_body(body, at(0));
    ASSERT_TRUE(stored) << stored.error().to_string();
    const auto back = kept(log(), body.sha256());
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, body.content());
  }
  EXPECT_EQ(bodies_in(backend()), 5U);
  struct stat status {};
  ASSERT_EQ(::stat(key_file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(kept(log(), Bytes(32, 9)).error().code, kNoSuchTrackedBody);
}

TEST_P(TrackingSuite, EqualBodiesAreStoredOnceAndNeverInClear) {
  const Bytes secret = to_bytes(std::string(1000, 'S') + "the order of Contoso");
  const MemoryBody body(secret);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log().keep_body(body, at(i)));
  EXPECT_EQ(bodies_in(backend()), 1U);
  ASSERT_TRUE(backend().storage().read([&](tracking::TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(const auto found, rows.find_body(body.sha256()));
    EXPECT_TRUE(found);
    SG_TRY_ASSIGN(const Bytes chunk, rows.chunk(found->id, 0));
    EXPECT_EQ(chunk.size(), secret.size() + 16);
    EXPECT_EQ(as_text(chunk).find("Contoso"), std::string_view::npos);
    EXPECT_EQ(as_text(chunk).find("SSSS"), std::string_view::npos);
    return {};
  }));
}

TEST_P(TrackingSuite, ADamagedBodyOrAnotherKeyIsAnError) {
  const MemoryBody body(content_of(2'000'000, 1));
  const MemoryBody other(content_of(2'000'000, 2));
  const std::vector<std::string> damages = {
      "DELETE FROM tracked_chunks WHERE number = 1", "DELETE FROM tracked_chunks WHERE number = 3",
      "DELETE FROM tracked_chunks",
      "UPDATE tracked_chunks SET content = (SELECT c.content FROM tracked_chunks c WHERE c.number = 2 AND c.body = "
      "tracked_chunks.body) WHERE number = 1",
      "UPDATE tracked_bodies SET size = size - 1",
      // The chunks and keys of the two bodies exchanged.
      "UPDATE tracked_bodies SET complete = 2; UPDATE tracked_bodies SET sha256 = (SELECT b.sha256 FROM "
      "tracked_bodies "
      "b WHERE b.id <> tracked_bodies.id), complete = 3 WHERE id = (SELECT min(id) FROM tracked_bodies); UPDATE "
      "tracked_bodies SET complete = 1 WHERE complete = 3"};
  for (const std::string& damage : damages) {
    SCOPED_TRACE(damage);
    SetUp();
    ASSERT_TRUE(log().keep_body(body, at(0)));
    ASSERT_TRUE(log().keep_body(other, at(1)));
    ASSERT_TRUE(kept(log(), body.sha256()));
    backend().run(damage);
    EXPECT_EQ(kept(log(), other.sha256()).error().code, kTrackedBodyDamaged);
  }
  SetUp();
  ASSERT_TRUE(log().keep_body(body, at(0)));
  {
    std::fstream key(key_file(), std::ios::binary | std::ios::in | std::ios::out);
    const auto first = static_cast<char>(key.get() ^ 1);
    key.seekp(0);
    key.put(first);
  }
  const auto fresh = tracking::make_tracking_log(backend().storage(), key_file());
  EXPECT_EQ(kept(*fresh, body.sha256()).error().code, kTrackedBodyDamaged);
  std::filesystem::remove(key_file());
  const auto keyless = tracking::make_tracking_log(backend().storage(), key_file());
  EXPECT_EQ(kept(*keyless, body.sha256()).error().code, kKeyFileMissing);
}

TEST_P(TrackingSuite, ABodyLivesAsLongAsTheRecordsThatMentionIt) {
  const MemoryBody used(content_of(10, 1));
  const MemoryBody orphan(content_of(700'000, 2));
  ASSERT_TRUE(log().keep_body(used, at(0)));
  ASSERT_TRUE(log().keep_body(orphan, at(0)));
  append(backend().storage(), {record_at(1, TrackingEvent::Received, "m1", {{"body.raw", to_hex(used.sha256())}})});
  ASSERT_TRUE(log().seal(at(1)));
  EXPECT_EQ(log().sweep_bodies(at(0)).value(), 0U) << "not old enough";
  EXPECT_EQ(log().sweep_bodies(at(1)).value(), 1U);
  EXPECT_TRUE(kept(log(), used.sha256()));
  EXPECT_EQ(kept(log(), orphan.sha256()).error().code, kNoSuchTrackedBody);
  // Kept again, it counts as new; mentioned by a later record, it stays when the first one is cut off.
  ASSERT_TRUE(log().keep_body(used, at(2)));
  append(backend().storage(), {record_at(2, TrackingEvent::Sent, "m1", {{"body.sent", to_hex(used.sha256())}})});
  ASSERT_TRUE(log().seal(at(2)));
  constexpr std::int64_t kLater = 400'000;
  for (int i = 0; i < 2; ++i) {
    BufferSink sink;
    TrackingPart part;
    part.before = at(10);
    part.maximum_records = 1;
    const auto archive = log().archive(part, sink);
    ASSERT_TRUE(archive);
    ASSERT_TRUE(log().cut(*archive, "x", at(kLater)));
    EXPECT_EQ(kept(log(), used.sha256()).has_value(), i == 0);
  }
}

TEST_P(TrackingSuite, AWriterThatFailsLeavesNothing) {
  class Failing final : public Body {
   public:
    std::uint64_t size() const override { return 2'000'000; }
    const Bytes& sha256() const override { return sha256_; }
    Result<> copy_to(Sink& sink) const override {
      SG_TRY(sink.write(Bytes(1'500'000)));
      return fail(kBodyDamaged, "no more");
    }

   private:
    Bytes sha256_ = Bytes(32, 3);
  };
  const Failing body;
  EXPECT_EQ(log().keep_body(body, at(0)).error().code, kBodyDamaged);
  EXPECT_EQ(kept(log(), body.sha256()).error().code, kNoSuchTrackedBody);
  EXPECT_EQ(log().sweep_bodies(at(10)).value(), 0U) << "taken back at once";
  // Somebody who died in the middle is swept.
  ASSERT_TRUE(backend().storage().write([](tracking::TrackingRows& rows) -> Result<> {
    SG_TRY(rows.insert_body({"dead", Bytes(32, 4), 2'000'000, Bytes(60), 0, at(0)}, false));
    return rows.insert_chunk("dead", 0, Bytes(1000));
  }));
  EXPECT_EQ(kept(log(), Bytes(32, 4)).error().code, kNoSuchTrackedBody);
  EXPECT_EQ(log().sweep_bodies(at(10)).value(), 1U);
}

TEST_P(TrackingSuite, TheSameBodyFromManyAtOnceIsStoredOnce) {
  const MemoryBody small(content_of(5'000, 1));
  const MemoryBody large(content_of(900'000, 2));
  TrackingLog& shared = log();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (const MemoryBody* body : {&large, &small}) {
        const auto stored = shared.keep_body(*body, at(0));
        EXPECT_TRUE(stored) << stored.error().to_string();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bodies_in(backend()), 2U);
  EXPECT_EQ(kept(log(), small.sha256()).value(), small.content());
  EXPECT_EQ(kept(log(), large.sha256()).value(), large.content());
}

TEST_P(TrackingSuite, BodiesMoveSealed) {
  const MemoryBody body(content_of(1'200'000, 5));
  ASSERT_TRUE(log().keep_body(body, at(0)));
  const auto target = GetParam().make();
  ASSERT_TRUE(tracking::copy_log(backend().storage(), target->storage()));
  const auto moved = tracking::make_tracking_log(target->storage(), key_file());
  EXPECT_EQ(kept(*moved, body.sha256()).value(), body.content());
}

}  // namespace sealgate::store
