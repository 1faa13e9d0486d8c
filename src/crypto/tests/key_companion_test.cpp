#include "crypto/detail/key_companion.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "crypto/errors.h"
#include "crypto/key_transport.h"
#include "crypto/signature.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;

constexpr SignatureScheme kScheme{SignatureKind::RsaPkcs1, DigestAlgorithm::Sha256};

// What is kept with a key would keep the key itself if it referred to it.
TEST(KeyCompanion, GoesWithItsKey) {
  static int freed = 0;
  const auto not_copied = [](CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** mark, int, long, void*) {
    *mark = nullptr;
    return 1;
  };
  const auto count = [](void*, void* mark, CRYPTO_EX_DATA*, int, long, void*) { freed += mark == nullptr ? 0 : 1; };
  const int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_EVP_PKEY, 0, nullptr, nullptr, not_copied, count);
  ASSERT_GT(index, 0);
  {
    const PrivateKey key = must(generate_rsa(2048));
    ASSERT_EQ(EVP_PKEY_set_ex_data(key.native(), index, &freed), 1);
    const Bytes signature = must(sign_message(key, kScheme, pattern(100)));
    EXPECT_EQ(error_id(verify_message(key.public_key(), kScheme, pattern(100), signature)), "no error");
    const Bytes encrypted = must(rsa_pkcs1_encrypt(key.public_key(), pattern(32)));
    EXPECT_EQ(must(rsa_pkcs1_decrypt(key, encrypted, 32)).size(), 32U);
    EXPECT_EQ(freed, 0);
  }
  EXPECT_EQ(freed, 1);
}

TEST(KeyCompanion, IsOneForAKeyAndNoneForItsCopy) {
  const PrivateKey key = must(generate_rsa(2048));
  auto* const companion = detail::KeyCompanion::of(key.native());
  ASSERT_NE(companion, nullptr);
  EXPECT_EQ(detail::KeyCompanion::of(key.public_key().native()), companion);
  const detail::PkeyPtr copy(EVP_PKEY_dup(key.native()));
  EXPECT_NE(detail::KeyCompanion::of(copy.get()), companion);
  EXPECT_EQ(detail::KeyCompanion::of(nullptr), nullptr);
}

TEST(KeyCompanion, HasNoContextForAKeyThatCannotDoIt) {
  const PrivateKey key = must(generate_ec("P-256"));
  auto* const companion = detail::KeyCompanion::of(key.native());
  ASSERT_NE(companion, nullptr);
  EXPECT_EQ(companion->context(key.native(), detail::KeyOperation::RawRsaDecrypt), nullptr);
  EXPECT_EQ(companion->context(key.native(), detail::KeyOperation::Pkcs1Sign, DigestAlgorithm::Sha256), nullptr);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(KeyCompanion, HandsEachCallerAContextOfItsOwn) {
  const PrivateKey key = must(generate_rsa(2048));
  auto* const companion = detail::KeyCompanion::of(key.native());
  ASSERT_NE(companion, nullptr);
  const auto one = companion->context(key.native(), detail::KeyOperation::RawRsaDecrypt);
  const auto other = companion->context(key.native(), detail::KeyOperation::RawRsaDecrypt);
  ASSERT_NE(one, nullptr);
  ASSERT_NE(other, nullptr);
  EXPECT_NE(one, other);
}

TEST(KeyCompanion, ServesManyThreads) {
  const PrivateKey key = must(generate_rsa(2048));
  const Bytes encrypted = must(rsa_pkcs1_encrypt(key.public_key(), pattern(32)));
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t round = 0; round < 5; ++round) {
        const Bytes message = pattern(100 + i * 10 + round);
        const auto signature = sign_message(key, kScheme, message);
        const auto content_key = rsa_pkcs1_decrypt(key, encrypted, 32);
        const bool both = signature && verify_message(key.public_key(), kScheme, message, *signature) &&
                          content_key && std::ranges::equal(content_key->view(), pattern(32));
        good += both ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 20);
}

}  // namespace
}  // namespace sealgate::crypto
