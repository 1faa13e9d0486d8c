#include "crypto/key_transport.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <set>
#include <thread>

#include "crypto/cipher.h"
#include "crypto/detail/openssl.h"
#include "crypto/detail/pkcs1.h"
#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::other_rsa_key;
using test::pattern;
using test::rsa_key;
using test::Scratch;

Bytes copy(const Secret& secret) {
  return {secret.view().begin(), secret.view().end()};
}

/// RSA over a block of our own making.
Bytes encrypt_raw(const PublicKey& key, ByteView block) {
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr);
  Bytes encrypted(key.size());
  std::size_t size = encrypted.size();
  EXPECT_EQ(EVP_PKEY_encrypt_init(context), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
  EXPECT_EQ(EVP_PKEY_encrypt(context, encrypted.data(), &size, block.data(), block.size()), 1);
  EVP_PKEY_CTX_free(context);
  return encrypted;
}

/// 00 02 <padding without zeros> 00 <key>
Bytes block_with(std::size_t size, ByteView key) {
  Bytes block(size, 0x5a);
  block[0] = 0;
  block[1] = 2;
  block[size - key.size() - 1] = 0;
  std::copy(key.begin(), key.end(), block.end() - static_cast<std::ptrdiff_t>(key.size()));
  return block;
}

TEST(RsaPkcs1, RoundTripsEveryLength) {
  for (const std::size_t size : {1U, 5U, 8U, 16U, 24U, 32U, 128U}) {
    const Bytes key = pattern(size);
    const Bytes encrypted = must(rsa_pkcs1_encrypt(rsa_key().public_key(), key));
    EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, size))), key);
    const std::size_t several[] = {5, 8, 16, size};
    EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, several))), key);
  }
  const PrivateKey short_key = must(generate_rsa(512));
  const Bytes encrypted = must(rsa_pkcs1_encrypt(short_key.public_key(), pattern(32)));
  EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(short_key, encrypted, 32))), pattern(32));
  EXPECT_EQ(error_id(rsa_pkcs1_encrypt(short_key.public_key(), pattern(54))), kBadParameter.id);
}

TEST(RsaPkcs1, BadBlocksGiveAPseudoRandomKey) {
  const Bytes key = pattern(32);
  const std::size_t size = rsa_key().size();
  std::vector<Bytes> bad;
  bad.emplace_back();                  // nothing
  bad.emplace_back(1, Byte{7});        // shorter than the modulus
  bad.emplace_back(size, Byte{0});     // zero
  bad.emplace_back(size, Byte{0xff});  // beyond the modulus
  bad.push_back(pattern(size + 1));    // too long
  bad.push_back(pattern(10 * size));
  bad.push_back(must(rsa_pkcs1_encrypt(other_rsa_key().public_key(), key)));    // another key's
  bad.push_back(must(rsa_pkcs1_encrypt(rsa_key().public_key(), pattern(31))));  // wrong lengths
  bad.push_back(must(rsa_pkcs1_encrypt(rsa_key().public_key(), pattern(33))));
  const auto add_block = [&](std::size_t position, Byte value) {
    Bytes block = block_with(size, key);
    block[position] = value;
    bad.push_back(encrypt_raw(rsa_key().public_key(), block));
  };
  add_block(0, 1);
  add_block(1, 1);
  add_block(1, 0);
  add_block(2, 0);  // separator too early
  add_block(9, 0);
  add_block(100, 0);
  add_block(size - 33, 1);  // no separator where it belongs
  bad.push_back(encrypt_raw(rsa_key().public_key(), block_with(size, {})));
  std::set<Bytes> seen;
  for (const Bytes& encrypted : bad) {
    const Bytes first = copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, 32)));
    EXPECT_EQ(first.size(), 32U);
    EXPECT_NE(first, key);
    EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, 32))), first);
    EXPECT_TRUE(seen.insert(first).second);
    // The private key in another object (read again from disk) gives the same substitute.
    const PrivateKey again = must(PrivateKey::from_pkcs8_der(must(rsa_key().pkcs8_der()).view()));
    EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(again, encrypted, 32))), first);
    const std::size_t several[] = {5, 8, 16};
    const Bytes one_of = copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, several)));
    EXPECT_TRUE(one_of.size() == 5 || one_of.size() == 8 || one_of.size() == 16);
    // How many octets are made tells nothing of the others.
    const Bytes longest = copy(must(rsa_pkcs1_decrypt(rsa_key(), encrypted, 128)));
    EXPECT_EQ(longest.size(), 128U);
    EXPECT_EQ(Bytes(longest.begin(), longest.begin() + 32), first);
    EXPECT_EQ(Bytes(longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(one_of.size())), one_of);
  }
  // The smallest good block: eight bytes of padding.
  const Bytes long_key = pattern(128);
  const PrivateKey small = must(generate_rsa((128 + 11) * 8));
  EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(small, encrypt_raw(small.public_key(), block_with(139, long_key)), 128))),
            long_key);
}

/// What is kept with the key is used by all threads, and a copy of OpenSSL's key has its own.
TEST(RsaPkcs1, SubstitutesAreTheSameOnEveryThread) {
  const Bytes bad(rsa_key().size(), Byte{1});
  const PrivateKey fresh = must(PrivateKey::from_pkcs8_der(must(rsa_key().pkcs8_der()).view()));
  std::vector<Bytes> found(8);
  {
    std::vector<std::jthread> threads;
    for (Bytes& place : found) threads.emplace_back([&] { place = copy(must(rsa_pkcs1_decrypt(fresh, bad, 32))); });
  }
  EXPECT_EQ(std::set<Bytes>(found.begin(), found.end()).size(), 1U);
  Bytes expected;
  {
    const detail::PkeyPtr duplicate(EVP_PKEY_dup(fresh.native()));
    ASSERT_TRUE(duplicate);
    expected = copy(must(rsa_pkcs1_decrypt(PrivateKey::from_native(duplicate.get()), bad, 32)));
  }
  EXPECT_EQ(found.front(), expected);
  EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(fresh, bad, 32))), expected);
}

TEST(RsaPkcs1, SelectionAgreesWithAPlainReader) {
  const auto plain = [](ByteView block, std::span<const std::size_t> lengths, std::size_t fallback, Bytes& key) {
    if (block.size() < 11 || block[0] != 0 || block[1] != 2) return fallback;
    const auto zero = std::find(block.begin() + 2, block.end(), Byte{0});
    if (zero == block.end() || zero - block.begin() < 10) return fallback;
    const auto length = static_cast<std::size_t>(block.end() - zero - 1);
    if (std::find(lengths.begin(), lengths.end(), length) == lengths.end()) return fallback;
    std::copy(zero + 1, block.end(), key.begin());
    return length;
  };
  const std::size_t lengths[] = {5, 16, 24};
  int found = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    Bytes block = pattern(11 + seed % 40, seed);
    for (Byte& byte : block) byte = byte < 16 ? 0 : byte;
    if (seed % 8 != 0) block[0] = 0;
    if (seed % 16 != 0) block[1] = 2;
    Bytes expected = pattern(24, seed + 1), actual = expected;
    const std::size_t length = plain(block, lengths, 16, expected);
    ASSERT_EQ(detail::pkcs1_select_key(block, lengths, 16, actual), length) << seed;
    ASSERT_EQ(actual, expected) << seed;
    found += expected != pattern(24, seed + 1) ? 1 : 0;
  }
  EXPECT_GT(found, 100);
}

TEST(RsaPkcs1, AWrongKeyAndABadBlockLookAlike) {
  const Bytes iv = pattern(16);
  const Secret key = must(random_content_key(ContentCipher::Aes256Cbc));
  CipherStream encryptor = must(CipherStream::encryptor({ContentCipher::Aes256Cbc, key.view(), iv}));
  Bytes content(1024);
  const std::size_t first = must(encryptor.update(pattern(1000), content));
  content.resize(first + must(encryptor.finish(std::span(content).subspan(first))));
  const auto open = [&](const PrivateKey& private_key, ByteView encrypted_key) -> Result<> {
    SG_TRY_ASSIGN(const Secret content_key, rsa_pkcs1_decrypt(private_key, encrypted_key, 32));
    SG_TRY_ASSIGN(CipherStream stream,
                  CipherStream::decryptor({ContentCipher::Aes256Cbc, content_key.view(), iv, {}, true}));
    Bytes plain(content.size() + kMaxCipherBlock);
    SG_TRY(stream.update(content, plain));
    SG_TRY(stream.finish(plain));
    return {};
  };
  const Bytes good = must(rsa_pkcs1_encrypt(rsa_key().public_key(), key.view()));
  EXPECT_TRUE(open(rsa_key(), good));
  std::set<std::string> errors;
  int failures = 0;
  for (int i = 0; i < 32; ++i) {
    Bytes bad = good;
    bad[static_cast<std::size_t>(i) * 8] ^= 1;
    for (const Result<>& result :
         {open(rsa_key(), bad), open(rsa_key(), must(rsa_pkcs1_encrypt(rsa_key().public_key(), pattern(16, 3)))),
          open(other_rsa_key(), must(rsa_pkcs1_encrypt(rsa_key().public_key(), key.view())))}) {
      if (result) continue;
      ++failures;
      errors.insert(result.error().to_string());
    }
  }
  EXPECT_GT(failures, 80);
  EXPECT_EQ(errors.size(), 1U);
}

TEST(RsaOaep, RoundTripsEveryParameter) {
  for (const DigestAlgorithm digest : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
    for (const DigestAlgorithm mgf1 : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha384}) {
      for (const std::size_t label : {0U, 10U}) {
        const OaepParameters parameters{digest, mgf1, pattern(label)};
        const Bytes encrypted = must(rsa_oaep_encrypt(rsa_key().public_key(), pattern(32), parameters));
        EXPECT_EQ(copy(must(rsa_oaep_decrypt(rsa_key(), encrypted, parameters))), pattern(32));
        OaepParameters other = parameters;
        other.label = pattern(3);
        EXPECT_EQ(error_id(rsa_oaep_decrypt(rsa_key(), encrypted, other)), kKeyUnwrap.id);
        EXPECT_EQ(error_id(rsa_oaep_decrypt(other_rsa_key(), encrypted, parameters)), kKeyUnwrap.id);
        EXPECT_EQ(error_id(rsa_oaep_decrypt(rsa_key(), ByteView(encrypted).first(100), parameters)), kKeyUnwrap.id);
        EXPECT_EQ(error_id(rsa_oaep_decrypt(rsa_key(), {}, parameters)), kKeyUnwrap.id);
      }
    }
  }
}

TEST(RsaTransport, AgreesWithOpenssl) {
  const Scratch scratch;
  const Secret pem = must(rsa_key().pem());
  scratch.write("rsa.pem", pem.view());
  scratch.write("key", pattern(16));
  ASSERT_TRUE(scratch.openssl("pkeyutl -encrypt -inkey rsa.pem -in key -out v15"));
  EXPECT_EQ(copy(must(rsa_pkcs1_decrypt(rsa_key(), test::read_file(scratch.file("v15")), 16))), pattern(16));
  ASSERT_TRUE(
      scratch.openssl("pkeyutl -encrypt -inkey rsa.pem -in key -out oaep -pkeyopt rsa_padding_mode:oaep "
                      "-pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1"));
  const OaepParameters parameters{DigestAlgorithm::Sha256, DigestAlgorithm::Sha1, {}};
  EXPECT_EQ(copy(must(rsa_oaep_decrypt(rsa_key(), test::read_file(scratch.file("oaep")), parameters))), pattern(16));
  scratch.write("ours", must(rsa_pkcs1_encrypt(rsa_key().public_key(), pattern(16))));
  ASSERT_TRUE(scratch.openssl("pkeyutl -decrypt -inkey rsa.pem -in ours -out plain"));
  EXPECT_EQ(test::read_file(scratch.file("plain")), pattern(16));
}

TEST(RsaTransport, OtherKeysAreRefused) {
  const PrivateKey ec = must(generate_ec("P-256"));
  EXPECT_EQ(error_id(rsa_pkcs1_encrypt(ec.public_key(), pattern(16))), kKeyMismatch.id);
  EXPECT_EQ(error_id(rsa_pkcs1_decrypt(ec, pattern(256), 16)), kKeyMismatch.id);
  EXPECT_EQ(error_id(rsa_oaep_encrypt(ec.public_key(), pattern(16), {})), kKeyMismatch.id);
  EXPECT_EQ(error_id(rsa_oaep_decrypt(ec, pattern(256), {})), kKeyMismatch.id);
  EXPECT_EQ(error_id(rsa_pkcs1_decrypt(rsa_key(), pattern(256), 0)), kBadParameter.id);
  EXPECT_EQ(error_id(rsa_pkcs1_decrypt(rsa_key(), pattern(256), 129)), kBadParameter.id);
}

}  // namespace
}  // namespace sealgate::crypto
