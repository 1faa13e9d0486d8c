#include "crypto/key_wrap.h"

#include <set>

#include "crypto/errors.h"
#include "crypto/kdf.h"
#include "crypto/random.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::unhex;

Bytes copy(const Secret& secret) {
  return {secret.view().begin(), secret.view().end()};
}

TEST(KeyWrap, Rfc3394KnownAnswers) {
  const Bytes kek = unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const Bytes key = unhex("00112233445566778899aabbccddeeff");
  EXPECT_EQ(to_hex(must(wrap_key(KeyWrap::Aes128, ByteView(kek).first(16), key))),
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  EXPECT_EQ(to_hex(must(wrap_key(KeyWrap::Aes192, ByteView(kek).first(24), key))),
            "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d");
  EXPECT_EQ(to_hex(must(wrap_key(KeyWrap::Aes256, kek, key))), "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7");
}

TEST(KeyWrap, Rfc3217KnownAnswers) {
  const Bytes des3_kek = unhex("255e0d1c07b646dfb3134cc843ba8aa71f025b7c0838251f");
  const Bytes des3_key = unhex("2923bf85e06dd6ae529149f1f1bae9eab3a7da3d860d3e98");
  const Bytes des3_iv = unhex("5dd4cbfc96f5453b");
  const Bytes wrapped = must(wrap_key(KeyWrap::Des3, des3_kek, des3_key, {128, des3_iv, {}}));
  EXPECT_EQ(to_hex(wrapped), "690107618ef092b3b48ca1796b234ae9fa33ebb4159604037db5d6a84eb3aac2768c632775a467d4");
  EXPECT_EQ(copy(must(unwrap_key(KeyWrap::Des3, des3_kek, wrapped))), des3_key);

  const Bytes rc2_kek = unhex("fd04fd08060707fb0003fefffd02fe05");
  const Bytes rc2_key = unhex("b70a25fbc9d86a86050ce0d711ead4d9");
  // The example of section 4.4 uses 40 effective bits.
  const Bytes rc2_iv = unhex("c7d90059b29e97f7"), rc2_padding = unhex("4845cce7fd1250");
  const Bytes rc2 = must(wrap_key(KeyWrap::Rc2, rc2_kek, rc2_key, {40, rc2_iv, rc2_padding}));
  EXPECT_EQ(to_hex(rc2), "70e699fb5701f7833330fb71e87c85a420bdc99af05d22af5a0e48d35f3138986cbaafb4b28d4f35");
  EXPECT_EQ(copy(must(unwrap_key(KeyWrap::Rc2, rc2_kek, rc2, {40, {}, {}}))), rc2_key);
  EXPECT_EQ(error_id(unwrap_key(KeyWrap::Rc2, rc2_kek, rc2)), kKeyUnwrap.id);
  EXPECT_EQ(error_id(unwrap_key(KeyWrap::Rc2, rc2_kek, rc2, {41, {}, {}})), kUnsupportedAlgorithm.id);
}

TEST(KeyWrap, RoundTripsAndRefusesDamage) {
  for (const KeyWrap wrap : {KeyWrap::Aes128, KeyWrap::Aes192, KeyWrap::Aes256, KeyWrap::Des3, KeyWrap::Rc2}) {
    const Bytes kek = must(random_bytes(key_size(wrap)));
    for (const std::size_t size : {1U, 5U, 8U, 16U, 24U, 32U, 255U}) {
      const Bytes key = pattern(size);
      const Result<Bytes> result = wrap_key(wrap, kek, key);
      const bool fits = wrap == KeyWrap::Rc2 || (wrap == KeyWrap::Des3 ? size == 24 : size >= 16 && size % 8 == 0);
      ASSERT_EQ(result.has_value(), fits) << name(wrap) << " " << size;
      if (!fits) {
        EXPECT_EQ(error_id(result), kBadParameter.id);
        continue;
      }
      const Bytes& wrapped = *result;
      EXPECT_EQ(copy(must(unwrap_key(wrap, kek, wrapped))), key);
      std::set<std::string> errors;
      const auto refused = [&](ByteView other_kek, ByteView other) {
        const auto unwrapped = unwrap_key(wrap, other_kek, other);
        if (!unwrapped) errors.insert(unwrapped.error().to_string());
        return error_id(unwrapped) == kKeyUnwrap.id;
      };
      for (std::size_t i = 0; i < wrapped.size() * 8; i += 3) {
        Bytes bad = wrapped;
        bad[i / 8] ^= static_cast<Byte>(1 << i % 8);
        EXPECT_TRUE(refused(kek, bad)) << name(wrap) << " " << i;
      }
      for (std::size_t length = 0; length < wrapped.size(); ++length) {
        EXPECT_TRUE(refused(kek, ByteView(wrapped).first(length))) << name(wrap) << " " << length;
      }
      EXPECT_TRUE(refused(kek, pattern(600)));
      EXPECT_TRUE(refused(pattern(kek.size(), 77), wrapped));
      EXPECT_EQ(errors.size(), 1U);
    }
    EXPECT_EQ(error_id(wrap_key(wrap, pattern(7), pattern(24))), kBadParameter.id);
    EXPECT_EQ(error_id(unwrap_key(wrap, pattern(7), pattern(40))), kBadParameter.id);
  }
}

TEST(Pwri, RoundTripsAndRefusesDamage) {
  for (const ContentCipher cipher : {ContentCipher::Des3Cbc, ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc}) {
    const Bytes kek = must(random_bytes(key_size(cipher))), iv = must(random_bytes(iv_size(cipher)));
    for (const std::size_t size : {3U, 5U, 12U, 16U, 24U, 32U, 255U}) {
      const Bytes key = pattern(size);
      const Bytes wrapped = must(pwri_wrap(cipher, kek, iv, key));
      EXPECT_EQ(wrapped.size() % block_size(cipher), 0U);
      EXPECT_GE(wrapped.size(), 2 * block_size(cipher));
      EXPECT_EQ(copy(must(pwri_unwrap(cipher, kek, iv, wrapped))), key);
      for (std::size_t length = 0; length + 1 < wrapped.size(); ++length) {
        if (length % block_size(cipher) == 0 && length >= 2 * block_size(cipher)) continue;
        EXPECT_EQ(error_id(pwri_unwrap(cipher, kek, iv, ByteView(wrapped).first(length))), kKeyUnwrap.id);
      }
      EXPECT_EQ(error_id(pwri_unwrap(cipher, kek, iv, pattern(1024))), kKeyUnwrap.id);
    }
    // The check value has 24 bits.
    int refused = 0;
    const Bytes wrapped = must(pwri_wrap(cipher, kek, iv, pattern(16)));
    for (unsigned i = 0; i < 100; ++i) {
      refused += error_id(pwri_unwrap(cipher, pattern(kek.size(), i + 100), iv, wrapped)) == kKeyUnwrap.id ? 1 : 0;
    }
    EXPECT_EQ(refused, 100);
    EXPECT_EQ(error_id(pwri_wrap(cipher, kek, iv, pattern(2))), kBadParameter.id);
    EXPECT_EQ(error_id(pwri_wrap(cipher, kek, pattern(3), pattern(16))), kBadParameter.id);
    EXPECT_EQ(error_id(pwri_unwrap(cipher, {}, iv, wrapped)), kBadParameter.id);
  }
  EXPECT_EQ(error_id(pwri_wrap(ContentCipher::Aes128Gcm, pattern(16), pattern(12), pattern(16))), kBadParameter.id);
}

TEST(Pwri, Rfc3211KnownAnswer) {
  // RFC 3211 section 3: DES-CBC under a key from PBKDF2 (SHA-1, 5 iterations).
  const Secret kek = must(pbkdf2(DigestAlgorithm::Sha1, as_bytes("password"), unhex("1234567878563412"), 5, 8));
  EXPECT_EQ(to_hex(kek.view()), "d1daa78615f287e6");
  const Bytes wrapped = unhex("b81b2565ee373ca6dedca26a178b0c10");
  EXPECT_EQ(to_hex(must(pwri_unwrap(ContentCipher::DesCbc, kek.view(), unhex("efe598ef21b33d6d"), wrapped)).view()),
            "8c627c897323a2f8");
}

}  // namespace
}  // namespace sealgate::crypto
