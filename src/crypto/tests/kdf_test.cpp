#include "crypto/kdf.h"

#include "crypto/aead.h"
#include "crypto/errors.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::unhex;

TEST(Pbkdf2, Rfc6070KnownAnswers) {
  const ByteView password = as_bytes("password"), salt = as_bytes("salt");
  EXPECT_EQ(to_hex(must(pbkdf2(DigestAlgorithm::Sha1, password, salt, 1, 20)).view()),
            "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(to_hex(must(pbkdf2(DigestAlgorithm::Sha1, password, salt, 4096, 20)).view()),
            "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(to_hex(must(pbkdf2(DigestAlgorithm::Sha256, password, salt, 1, 32)).view()),
            "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b");
  EXPECT_TRUE(pbkdf2(DigestAlgorithm::Sha256, {}, {}, 1, 32));
}

TEST(Pbkdf2, RefusesAttacksOnOurTime) {
  EXPECT_EQ(error_id(pbkdf2(DigestAlgorithm::Sha1, {}, {}, 0, 16)), kBadParameter.id);
  EXPECT_EQ(error_id(pbkdf2(DigestAlgorithm::Sha1, {}, {}, 0xffffffff, 16)), kBadParameter.id);
  EXPECT_EQ(error_id(pbkdf2(DigestAlgorithm::Sha1, {}, {}, 1, 0)), kBadParameter.id);
  EXPECT_EQ(error_id(pbkdf2(DigestAlgorithm::Sha1, {}, {}, 1, 1 << 20)), kBadParameter.id);
}

TEST(Hkdf, Rfc5869KnownAnswers) {
  const Bytes key(22, 0x0b);
  EXPECT_EQ(to_hex(must(hkdf(DigestAlgorithm::Sha256, key, unhex("000102030405060708090a0b0c"),
                             unhex("f0f1f2f3f4f5f6f7f8f9"), 42))
                       .view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(must(hkdf(DigestAlgorithm::Sha256, key, {}, {}, 42)).view()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_TRUE(hkdf(DigestAlgorithm::Sha256, key, {}, {}, 255 * 32));
  EXPECT_EQ(error_id(hkdf(DigestAlgorithm::Sha256, key, {}, {}, 255 * 32 + 1)), kBadParameter.id);
  EXPECT_EQ(error_id(hkdf(DigestAlgorithm::Sha256, key, {}, {}, 0)), kBadParameter.id);
}

TEST(Argon2id, KnownAnswer) {
  EXPECT_EQ(to_hex(must(argon2id(as_bytes("password"), as_bytes("somesalt"), {2, 65536, 1}, 32)).view()),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  EXPECT_EQ(error_id(argon2id(as_bytes("password"), as_bytes("salt"), {}, 32)), kBadParameter.id);
  EXPECT_EQ(error_id(argon2id(as_bytes("password"), as_bytes("somesalt"), {0, 65536, 1}, 32)), kBadParameter.id);
}

TEST(Aead, SealsAndOpens) {
  const Bytes key = pattern(32), context = to_bytes("account/thumbprint");
  for (const std::size_t size : {0U, 1U, 16U, 1000U}) {
    const Bytes plain = pattern(size, 2);
    const Bytes sealed = must(aead_seal(key, plain, context));
    EXPECT_EQ(sealed.size(), size + kAeadOverhead);
    const Secret opened = must(aead_open(key, sealed, context));
    EXPECT_TRUE(std::equal(opened.view().begin(), opened.view().end(), plain.begin(), plain.end()));
    EXPECT_NE(must(aead_seal(key, plain, context)), sealed);
    EXPECT_EQ(error_id(aead_open(key, sealed, as_bytes("other"))), kAuthentication.id);
    EXPECT_EQ(error_id(aead_open(pattern(32, 9), sealed, context)), kAuthentication.id);
    for (std::size_t length = 0; length < sealed.size(); ++length) {
      EXPECT_EQ(error_id(aead_open(key, ByteView(sealed).first(length), context)), kAuthentication.id);
    }
    for (std::size_t i = 0; i < sealed.size() * 8; i += 5) {
      Bytes bad = sealed;
      bad[i / 8] ^= static_cast<Byte>(1 << i % 8);
      EXPECT_EQ(error_id(aead_open(key, bad, context)), kAuthentication.id);
    }
  }
  EXPECT_EQ(error_id(aead_seal(pattern(16), {}, {})), kBadParameter.id);
  EXPECT_EQ(error_id(aead_open(pattern(16), pattern(64), {})), kBadParameter.id);
}

}  // namespace
}  // namespace sealgate::crypto
