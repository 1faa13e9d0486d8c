#include "crypto/key_agreement.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/errors.h"
#include "crypto/key_wrap.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::Scratch;
using test::unhex;

Bytes copy(const Secret& secret) {
  return {secret.view().begin(), secret.view().end()};
}

const PrivateKey& dh_key() {
  static const PrivateKey key = must(generate_dh());
  return key;
}

/// AlgorithmIdentifier of an AES wrap, parameters absent.
const Bytes& aes256_wrap() {
  static const Bytes der = unhex("300b060960864801650304012d");
  return der;
}

void expect_both_sides_agree(const PrivateKey& recipient, const KeyAgreementScheme& scheme) {
  for (const KeyWrap wrap : {KeyWrap::Aes128, KeyWrap::Aes256, KeyWrap::Des3, KeyWrap::Rc2}) {
    for (const std::size_t ukm_size : {0U, 8U, 64U}) {
      const Bytes ukm = pattern(ukm_size);
      const KeyAgreement agreement{scheme, wrap, aes256_wrap(), ukm};
      const PrivateKey ephemeral = must(generate_ephemeral(recipient.public_key()));
      const Secret sender_kek = must(derive_kek(ephemeral, recipient.public_key(), agreement));
      const Bytes bits = must(public_key_bits(ephemeral.public_key()));
      const PublicKey originator = must(originator_key(recipient.public_key(), bits));
      EXPECT_TRUE(originator == ephemeral.public_key());
      const Secret recipient_kek = must(derive_kek(recipient, originator, agreement));
      EXPECT_EQ(copy(sender_kek), copy(recipient_kek));
      EXPECT_EQ(sender_kek.size(), key_size(wrap));
      KeyAgreement other = agreement;
      const Bytes other_ukm = pattern(9, 2);
      other.ukm = other_ukm;
      EXPECT_NE(copy(must(derive_kek(recipient, originator, other))), copy(recipient_kek));
    }
  }
}

TEST(KeyAgreement, BothSidesAgree) {
  expect_both_sides_agree(dh_key(), {KeyAgreementKind::Esdh, DigestAlgorithm::Sha1});
  const PrivateKey keys[] = {must(generate_ec("P-256")), must(generate_ec("P-384")), must(generate_ec("P-521")),
                             must(generate_ec("secp256k1")), must(generate_x25519())};
  for (const PrivateKey& key : keys) {
    for (const DigestAlgorithm digest : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha224, DigestAlgorithm::Sha256,
                                         DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
      expect_both_sides_agree(key, {KeyAgreementKind::EcdhStandard, digest});
    }
    expect_both_sides_agree(key, {KeyAgreementKind::EcdhCofactor, DigestAlgorithm::Sha256});
    expect_both_sides_agree(key, {KeyAgreementKind::EcdhHkdf, DigestAlgorithm::Sha256});
  }
}

TEST(KeyAgreement, SharedSecretAgreesWithOpenssl) {
  const Scratch scratch;
  const std::pair<PrivateKey, PrivateKey> pairs[] = {{must(generate_ec("P-384")), must(generate_ec("P-384"))},
                                                     {must(generate_x25519()), must(generate_x25519())},
                                                     {dh_key(), must(generate_dh())}};
  for (const auto& [own, peer] : pairs) {
    const Secret pem = must(own.pem());
    scratch.write("own.pem", pem.view());
    scratch.write("peer.der", must(peer.public_key().spki_der()));
    ASSERT_TRUE(scratch.openssl("pkeyutl -derive -inkey own.pem -peerkey peer.der -peerform DER -out z"));
    // RFC 2631 section 2.1.2 keeps leading zeros of a Diffie-Hellman secret; the tool cuts them off.
    Bytes expected = test::read_file(scratch.file("z"));
    const Bytes ours = copy(must(shared_secret(own, peer.public_key())));
    expected.insert(expected.begin(), ours.size() - expected.size(), 0);
    EXPECT_EQ(ours, expected);
  }
}

TEST(KeyAgreement, DhPeersOutsideTheGroupAreRefused) {
  BIGNUM* p = nullptr;
  ASSERT_EQ(EVP_PKEY_get_bn_param(dh_key().native(), OSSL_PKEY_PARAM_FFC_P, &p), 1);
  const auto integer_of = [](const BIGNUM* number) {
    Bytes magnitude(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, magnitude.data());
    if (magnitude.empty() || (magnitude[0] & 0x80) != 0) magnitude.insert(magnitude.begin(), 0);
    Bytes der{0x02};
    if (magnitude.size() > 127) {
      der.push_back(0x82);
      der.push_back(static_cast<Byte>(magnitude.size() >> 8));
    }
    der.push_back(static_cast<Byte>(magnitude.size()));
    append(der, magnitude);
    return der;
  };
  std::vector<Bytes> bad{{},
                         unhex("0200"),
                         unhex("020100"),
                         unhex("020101"),
                         unhex("0201ff"),
                         unhex("04020102"),
                         unhex("020102ff"),
                         Bytes(5000, 2)};
  BIGNUM* const number = BN_dup(p);
  BN_sub_word(number, 1);
  bad.push_back(integer_of(number));  // p - 1
  BN_add_word(number, 1);
  bad.push_back(integer_of(number));  // p
  BN_add_word(number, 1);
  bad.push_back(integer_of(number));  // p + 1
  BN_lshift1(number, p);
  bad.push_back(integer_of(number));
  BN_free(number);
  BN_free(p);
  for (const Bytes& bits : bad) {
    EXPECT_EQ(error_id(originator_key(dh_key().public_key(), bits)), kInvalidPeerKey.id)
        << to_hex(bits).substr(0, 20);
  }
  // In range, but not in the subgroup of order q: y^q is not 1.
  const PublicKey outside = must(originator_key(dh_key().public_key(), unhex("020103")));
  EXPECT_EQ(error_id(shared_secret(dh_key(), outside)), kInvalidPeerKey.id);
}

TEST(KeyAgreement, EcAndX25519PeersAreValidated) {
  const PrivateKey key = must(generate_ec("P-256"));
  const Bytes good = must(public_key_bits(must(generate_ec("P-256")).public_key()));
  EXPECT_EQ(good.size(), 65U);
  EXPECT_TRUE(originator_key(key.public_key(), good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(error_id(originator_key(key.public_key(), ByteView(good).first(size))), kInvalidPeerKey.id) << size;
  }
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes off_curve = good;
    off_curve[i] ^= 0x40;
    EXPECT_EQ(error_id(originator_key(key.public_key(), off_curve)), kInvalidPeerKey.id) << i;
  }
  EXPECT_EQ(error_id(originator_key(key.public_key(), unhex("00"))), kInvalidPeerKey.id);  // infinity
  Bytes compressed(good.begin(), good.begin() + 33);
  compressed[0] = static_cast<Byte>(2 + (good[64] & 1));
  EXPECT_TRUE(originator_key(key.public_key(), compressed));
  EXPECT_EQ(error_id(shared_secret(key, must(generate_ec("P-384")).public_key())), kInvalidPeerKey.id);
  EXPECT_EQ(error_id(shared_secret(key, dh_key().public_key())), kInvalidPeerKey.id);
  EXPECT_EQ(error_id(shared_secret(key, PublicKey())), kInvalidPeerKey.id);

  const PrivateKey x25519 = must(generate_x25519());
  EXPECT_EQ(error_id(originator_key(x25519.public_key(), pattern(31))), kInvalidPeerKey.id);
  // Points of small order give a secret of zeros (RFC 7748 section 6.1).
  for (const char* const low : {"0000000000000000000000000000000000000000000000000000000000000000",
                                "0100000000000000000000000000000000000000000000000000000000000000",
                                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"}) {
    const PublicKey peer = must(originator_key(x25519.public_key(), unhex(low)));
    EXPECT_EQ(error_id(shared_secret(x25519, peer)), kInvalidPeerKey.id) << low;
  }
}

TEST(KeyAgreement, KeysMustFitTheScheme) {
  const KeyAgreement esdh{{KeyAgreementKind::Esdh, DigestAlgorithm::Sha1}, KeyWrap::Des3, {}, {}};
  const KeyAgreement ecdh{{KeyAgreementKind::EcdhStandard, DigestAlgorithm::Sha256}, KeyWrap::Aes128, {}, {}};
  const PrivateKey ec = must(generate_ec("P-256"));
  EXPECT_EQ(error_id(derive_kek(ec, ec.public_key(), esdh)), kKeyMismatch.id);
  EXPECT_EQ(error_id(derive_kek(dh_key(), dh_key().public_key(), ecdh)), kKeyMismatch.id);
  EXPECT_EQ(error_id(derive_kek(test::rsa_key(), ec.public_key(), ecdh)), kKeyMismatch.id);
  EXPECT_EQ(error_id(generate_ephemeral(test::rsa_key().public_key())), kKeyMismatch.id);
  EXPECT_EQ(error_id(public_key_bits(test::rsa_key().public_key())), kKeyMismatch.id);
  EXPECT_EQ(error_id(originator_key(test::rsa_key().public_key(), pattern(4))), kKeyMismatch.id);
}

TEST(KeyAgreement, X942KnownAnswers) {
  // RFC 2631 sections 2.1.6 and 2.1.7.
  const Bytes zz = unhex("000102030405060708090a0b0c0d0e0f10111213");
  EXPECT_EQ(to_hex(must(x942_kdf(zz, oid(KeyWrap::Des3), 192, {})).view()),
            "a09661392376f7044d9052a397883246b67f5f1ef63eb5fb");
  Bytes party_a_info;
  for (int i = 0; i < 4; ++i) append(party_a_info, unhex("0123456789abcdeffedcba9876543201"));
  EXPECT_EQ(to_hex(must(x942_kdf(zz, oid(KeyWrap::Rc2), 128, party_a_info)).view()),
            "48950c46e0530075403cce72889604e0");
  EXPECT_EQ(error_id(x942_kdf(zz, "not an oid", 128, {})), kBadParameter.id);
  EXPECT_EQ(error_id(x942_kdf(zz, oid(KeyWrap::Rc2), 0, {})), kBadParameter.id);
}

TEST(KeyAgreement, X963AgreesWithOpenssl) {
  const Bytes z = pattern(66), info = pattern(40, 2);
  for (const std::size_t length : {1U, 16U, 32U, 100U}) {
    EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "X963KDF", nullptr);
    EVP_KDF_CTX* const context = EVP_KDF_CTX_new(kdf);
    std::string digest = "SHA256";
    Bytes key = z, shared = info, expected(length);
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
                                 OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, shared.data(), shared.size()),
                                 OSSL_PARAM_construct_end()};
    EXPECT_EQ(EVP_KDF_derive(context, expected.data(), length, params), 1);
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    EXPECT_EQ(copy(must(x963_kdf(DigestAlgorithm::Sha256, z, info, length))), expected);
  }
  EXPECT_EQ(error_id(x963_kdf(DigestAlgorithm::Sha256, z, info, 0)), kBadParameter.id);
}

TEST(KeyAgreement, SharedInfoEncoding) {
  EXPECT_EQ(to_hex(ecc_cms_shared_info(aes256_wrap(), {}, 256)), "3015300b060960864801650304012da206040400000100");
  EXPECT_EQ(to_hex(ecc_cms_shared_info(aes256_wrap(), unhex("0102"), 128)),
            "301b300b060960864801650304012da00404020102a206040400000080");
  // A long ukm needs a long length.
  EXPECT_EQ(ecc_cms_shared_info(aes256_wrap(), pattern(300), 128).size(), 4U + 13U + 4U + 4U + 300U + 8U);
}

}  // namespace
}  // namespace sealgate::crypto
