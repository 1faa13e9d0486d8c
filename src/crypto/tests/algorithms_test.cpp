#include "crypto/algorithms.h"

#include <set>

#include "crypto/library.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;

constexpr DigestAlgorithm kAllDigests[] = {DigestAlgorithm::Md5,    DigestAlgorithm::Sha1,   DigestAlgorithm::Sha224,
                                           DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512};
constexpr ContentCipher kAllCiphers[] = {
    ContentCipher::DesCbc,     ContentCipher::Des3Cbc,   ContentCipher::Rc2_40Cbc, ContentCipher::Rc2_64Cbc,
    ContentCipher::Rc2_128Cbc, ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc,
    ContentCipher::Aes128Gcm,  ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm};

TEST(Library, HasBothProviders) {
  EXPECT_EQ(error_id(initialise()), "no error");
}

TEST(Algorithms, DigestsRoundTrip) {
  std::set<std::string_view> oids;
  for (const DigestAlgorithm digest : kAllDigests) {
    EXPECT_EQ(digest_from_oid(oid(digest)), digest);
    EXPECT_EQ(digest_from_name(name(digest)), digest);
    EXPECT_EQ(digest_from_name(micalg_name(digest)), digest);
    EXPECT_TRUE(oids.insert(oid(digest)).second);
    EXPECT_EQ(is_weak(digest), digest <= DigestAlgorithm::Sha1);
    if (digest != DigestAlgorithm::Md5) {
      EXPECT_EQ(hmac_digest_from_oid(hmac_oid(digest)), digest);
    }
  }
}

TEST(Algorithms, DigestNamesAsPartnersSpellThem) {
  for (const char* const name : {"sha1", "SHA1", "sha-1", "SHA-1", "SHA", "rsa-sha1", " sha_1 "}) {
    EXPECT_EQ(digest_from_name(name), DigestAlgorithm::Sha1) << name;
  }
  for (const char* const name : {"sha256", "SHA-256", "sha2_256", "SHA2-256", "rsa-sha256"}) {
    EXPECT_EQ(digest_from_name(name), DigestAlgorithm::Sha256) << name;
  }
  EXPECT_EQ(digest_from_name("sha224"), DigestAlgorithm::Sha224);
  EXPECT_EQ(digest_from_name("sha2-224"), DigestAlgorithm::Sha224);
  EXPECT_EQ(digest_from_name("rsa-md5"), DigestAlgorithm::Md5);
  for (const char* const name : {"", "md2", "md4", "ripemd160", "sha2", "sha3-256", "sha25", "unknown"}) {
    EXPECT_FALSE(digest_from_name(name)) << name;
  }
}

TEST(Algorithms, UnknownOidsAreNotFound) {
  for (const char* const oid : {"", "1.2.840.113549.2.2", "1.2.840.113549.2.4", "1.3.36.3.2.1", "1.2.3"}) {
    EXPECT_FALSE(digest_from_oid(oid)) << oid;
    EXPECT_FALSE(cipher_from_oid(oid)) << oid;
    EXPECT_FALSE(key_wrap_from_oid(oid)) << oid;
    EXPECT_FALSE(key_agreement_from_oid(oid)) << oid;
    EXPECT_FALSE(signature_from_oid(oid)) << oid;
    EXPECT_FALSE(hmac_digest_from_oid(oid)) << oid;
  }
}

TEST(Algorithms, CiphersRoundTrip) {
  for (const ContentCipher cipher : kAllCiphers) {
    EXPECT_EQ(cipher_from_oid(oid(cipher), rc2_effective_bits(rc2_parameter_version(cipher))), cipher);
    EXPECT_EQ(cipher_from_name(name(cipher)), cipher);
    EXPECT_EQ(cipher_from_name(report_name(cipher)), cipher);
    EXPECT_EQ(is_rc2(cipher), oid(cipher) == kRc2CbcOid);
    EXPECT_EQ(is_weak(cipher), cipher <= ContentCipher::Rc2_128Cbc);
  }
  EXPECT_FALSE(cipher_from_oid(kRc2CbcOid));
  EXPECT_FALSE(cipher_from_oid(kRc2CbcOid, 41));
  EXPECT_FALSE(rc2_effective_bits(0));
  EXPECT_EQ(rc2_effective_bits(160), 40);
  EXPECT_EQ(rc2_effective_bits(120), 64);
  EXPECT_EQ(rc2_effective_bits(58), 128);
  EXPECT_EQ(cipher_from_name("AES256-CBC"), ContentCipher::Aes256Cbc);
  EXPECT_FALSE(cipher_from_name("aes"));
}

TEST(Algorithms, KeyManagementRoundTrips) {
  for (const KeyWrap wrap : {KeyWrap::Aes128, KeyWrap::Aes192, KeyWrap::Aes256, KeyWrap::Des3, KeyWrap::Rc2}) {
    EXPECT_EQ(key_wrap_from_oid(oid(wrap)), wrap);
  }
  const KeyAgreementScheme esdh{KeyAgreementKind::Esdh, DigestAlgorithm::Sha1};
  EXPECT_EQ(key_agreement_from_oid("1.2.840.113549.1.9.16.3.5"), esdh);
  EXPECT_EQ(name(esdh), "esdh");
  const KeyAgreementScheme ecdh{KeyAgreementKind::EcdhStandard, DigestAlgorithm::Sha256};
  EXPECT_EQ(key_agreement_from_oid(oid(ecdh)), ecdh);
  EXPECT_EQ(name(ecdh), "ecdh-sha256kdf");
  EXPECT_TRUE(oid(KeyAgreementScheme{KeyAgreementKind::EcdhHkdf, DigestAlgorithm::Sha1}).empty());
  for (const ContentCipher cipher : kAllCiphers) {
    EXPECT_EQ(is_weak(key_wrap_for(cipher)), is_weak(cipher)) << name(cipher);
  }
}

TEST(Algorithms, SignatureOids) {
  EXPECT_EQ(signature_oid(SignatureKind::RsaPkcs1, DigestAlgorithm::Sha256), kRsaEncryptionOid);
  EXPECT_EQ(signature_oid(SignatureKind::RsaPss, DigestAlgorithm::Sha512), kRsaPssOid);
  EXPECT_EQ(signature_oid(SignatureKind::Ecdsa, DigestAlgorithm::Sha384), "1.2.840.10045.4.3.3");
  EXPECT_EQ(signature_oid(SignatureKind::Dsa, DigestAlgorithm::Sha1), "1.2.840.10040.4.3");
  EXPECT_EQ(signature_oid(SignatureKind::Ed25519, DigestAlgorithm::Sha512), kEd25519Oid);
  EXPECT_TRUE(signature_oid(SignatureKind::Dsa, DigestAlgorithm::Md5).empty());
  const auto sha256_rsa = signature_from_oid("1.2.840.113549.1.1.11");
  ASSERT_TRUE(sha256_rsa);
  EXPECT_EQ(sha256_rsa->kind, SignatureKind::RsaPkcs1);
  EXPECT_EQ(sha256_rsa->digest, DigestAlgorithm::Sha256);
  EXPECT_EQ(sha256_rsa->name, "sha256-rsa");
  // MD2 with RSA is not ours to verify.
  EXPECT_FALSE(signature_from_oid("1.2.840.113549.1.1.2"));
}

}  // namespace
}  // namespace sealgate::crypto
