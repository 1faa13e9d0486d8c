#include "crypto/digest.h"

#include <thread>

#include "crypto/constant_time.h"
#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::unhex;

TEST(Digest, KnownAnswers) {
  const ByteView abc = as_bytes("abc");
  EXPECT_EQ(to_hex(must(digest(DigestAlgorithm::Md5, abc)).view()), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(to_hex(must(digest(DigestAlgorithm::Sha1, abc)).view()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(must(digest(DigestAlgorithm::Sha224, abc)).view()),
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  EXPECT_EQ(to_hex(must(digest(DigestAlgorithm::Sha256, abc)).view()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(must(digest(DigestAlgorithm::Sha256, {})).view()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const DigestAlgorithm algorithm : {DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    EXPECT_EQ(must(digest(algorithm, abc)).size(), digest_size(algorithm));
  }
}

TEST(Digest, PiecesDoNotMatter) {
  const Bytes message = pattern(1000);
  const DigestValue whole = must(digest(DigestAlgorithm::Sha256, message));
  for (const std::size_t step : {1U, 3U, 64U, 999U}) {
    Digest running(DigestAlgorithm::Sha256);
    for (std::size_t i = 0; i < message.size(); i += step) {
      running.update(ByteView(message).subspan(i, std::min(step, message.size() - i)));
      running.update(ByteView());
    }
    EXPECT_EQ(must(running.finish()), whole) << step;
  }
}

TEST(Digest, FinishStartsAnewAndCloneForks) {
  Digest running(DigestAlgorithm::Sha1);
  running.update("a");
  Digest fork = running.clone();
  running.update("bc");
  EXPECT_EQ(must(running.finish()), must(digest(DigestAlgorithm::Sha1, as_bytes("abc"))));
  EXPECT_EQ(must(running.finish()), must(digest(DigestAlgorithm::Sha1, {})));
  EXPECT_EQ(must(fork.finish()), must(digest(DigestAlgorithm::Sha1, as_bytes("a"))));
}

TEST(MultiDigest, HashesOncePerAlgorithm) {
  MultiDigest digests{DigestAlgorithm::Sha256, DigestAlgorithm::Md5, DigestAlgorithm::Sha256};
  DigestSink sink(digests);
  must(sink.write(as_bytes("ab")));
  EXPECT_EQ(must(digests.value(DigestAlgorithm::Md5)), must(digest(DigestAlgorithm::Md5, as_bytes("ab"))));
  must(sink.write(as_bytes("c")));
  must(sink.finish());
  EXPECT_EQ(must(digests.value(DigestAlgorithm::Md5)), must(digest(DigestAlgorithm::Md5, as_bytes("abc"))));
  EXPECT_EQ(must(digests.value(DigestAlgorithm::Sha256)), must(digest(DigestAlgorithm::Sha256, as_bytes("abc"))));
  EXPECT_EQ(error_id(digests.value(DigestAlgorithm::Sha1)), kUnsupportedAlgorithm.id);
}

TEST(Hmac, KnownAnswers) {
  // RFC 4231 section 4.3.
  EXPECT_EQ(
      to_hex(must(hmac(DigestAlgorithm::Sha256, as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))).view()),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(must(hmac(DigestAlgorithm::Sha256, {}, {})).view()),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(ConstantTime, Compares) {
  const Bytes a = unhex("0102"), b = unhex("0103"), c = unhex("010203");
  EXPECT_TRUE(constant_time_equal(a, a));
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_FALSE(constant_time_equal(a, b));
  EXPECT_FALSE(constant_time_equal(a, c));
}

TEST(Random, DiffersAndFits) {
  const Bytes a = must(random_bytes(32)), b = must(random_bytes(32));
  EXPECT_NE(a, b);
  EXPECT_TRUE(must(random_bytes(0)).empty());
  EXPECT_EQ(must(random_content_key(ContentCipher::Rc2_40Cbc)).size(), 5U);
  const Secret des3 = must(random_content_key(ContentCipher::Des3Cbc));
  ASSERT_EQ(des3.size(), 24U);
  for (const Byte byte : des3.view()) EXPECT_EQ(__builtin_popcount(byte) % 2, 1);
}

TEST(Digest, ThreadsShareTheFetchedAlgorithms) {
  const DigestValue expected = must(digest(DigestAlgorithm::Sha256, as_bytes("abc")));
  std::vector<std::thread> threads;
  std::array<int, 4> good{};
  threads.reserve(good.size());
  for (int& count : good) {
    threads.emplace_back([&expected, &count] {
      for (int i = 0; i < 500; ++i) {
        const auto value = digest(DigestAlgorithm::Sha256, as_bytes("abc"));
        count += value && *value == expected ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : good) EXPECT_EQ(count, 500);
}

}  // namespace
}  // namespace sealgate::crypto
