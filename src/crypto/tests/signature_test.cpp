#include "crypto/signature.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::rsa_key;
using test::Scratch;
using test::unhex;

const Bytes& message() {
  static const Bytes bytes = pattern(3000);
  return bytes;
}

void expect_round_trip(const PrivateKey& key, const SignatureScheme& scheme) {
  const Bytes signature = must(sign_message(key, scheme, message()));
  const PublicKey public_key = key.public_key();
  EXPECT_EQ(error_id(verify_message(public_key, scheme, message(), signature)), "no error");
  Bytes other = message();
  other[1000] ^= 1;
  EXPECT_EQ(error_id(verify_message(public_key, scheme, other, signature)), kBadSignature.id);
  for (std::size_t i = 0; i < signature.size(); i += 5) {
    Bytes bad = signature;
    bad[i] ^= 0x10;
    EXPECT_EQ(error_id(verify_message(public_key, scheme, message(), bad)), kBadSignature.id) << i;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, signature.size() / 2, signature.size() - 1}) {
    EXPECT_EQ(error_id(verify_message(public_key, scheme, message(), ByteView(signature).first(size))),
              kBadSignature.id);
  }
  Bytes longer = signature;
  longer.push_back(0);
  EXPECT_EQ(error_id(verify_message(public_key, scheme, message(), longer)), kBadSignature.id);
}

TEST(Signature, RsaWithEveryDigest) {
  for (const DigestAlgorithm digest : {DigestAlgorithm::Md5, DigestAlgorithm::Sha1, DigestAlgorithm::Sha224,
                                       DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    expect_round_trip(rsa_key(), {SignatureKind::RsaPkcs1, digest});
    expect_round_trip(rsa_key(), {SignatureKind::RsaPss, digest});
  }
}

TEST(Signature, EcdsaDsaAndEd25519) {
  for (const char* const curve : {"P-256", "P-384", "P-521"}) {
    const PrivateKey key = must(generate_ec(curve));
    for (const DigestAlgorithm digest : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
      expect_round_trip(key, {SignatureKind::Ecdsa, digest});
    }
  }
  expect_round_trip(test::dsa_key(), {SignatureKind::Dsa, DigestAlgorithm::Sha1});
  expect_round_trip(test::dsa_key(), {SignatureKind::Dsa, DigestAlgorithm::Sha256});
  expect_round_trip(must(generate_ed25519()), {SignatureKind::Ed25519});
}

TEST(Signature, OldShortKeysStillWork) {
  for (const int bits : {512, 1024}) {
    const PrivateKey key = must(generate_rsa(bits));
    expect_round_trip(key, {SignatureKind::RsaPkcs1, DigestAlgorithm::Md5});
    expect_round_trip(key, {SignatureKind::RsaPkcs1, DigestAlgorithm::Sha1});
  }
  // Too short for the digest: refused with a reason, not a crash.
  EXPECT_EQ(
      error_id(sign_message(must(generate_rsa(512)), {SignatureKind::RsaPkcs1, DigestAlgorithm::Sha512}, message())),
      kKeyMismatch.id);
}

TEST(Signature, Ed25519KnownAnswer) {
  // RFC 8032 section 7.1, test 2.
  const PrivateKey key = must(PrivateKey::from_pkcs8_der(
      unhex("302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")));
  EXPECT_EQ(to_hex(must(sign_message(key, {SignatureKind::Ed25519}, unhex("72")))),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eae"
            "b4302aeeb0"
            "0d291612bb0c00");
}

TEST(Signature, PssParameters) {
  const PublicKey key = rsa_key().public_key();
  const SignatureScheme mixed{SignatureKind::RsaPss, DigestAlgorithm::Sha256, DigestAlgorithm::Sha1, 17};
  const Bytes signature = must(sign_message(rsa_key(), mixed, message()));
  EXPECT_TRUE(verify_message(key, mixed, message(), signature));
  SignatureScheme other = mixed;
  other.salt_length = std::nullopt;
  EXPECT_TRUE(verify_message(key, other, message(), signature));
  other.salt_length = 32;
  EXPECT_EQ(error_id(verify_message(key, other, message(), signature)), kBadSignature.id);
  other = mixed;
  other.mgf1_digest = std::nullopt;
  EXPECT_EQ(error_id(verify_message(key, other, message(), signature)), kBadSignature.id);
  other = mixed;
  other.kind = SignatureKind::RsaPkcs1;
  EXPECT_EQ(error_id(verify_message(key, other, message(), signature)), kBadSignature.id);
  other = mixed;
  other.salt_length = 100000;
  EXPECT_FALSE(sign_message(rsa_key(), other, message()));
}

TEST(Signature, AgreesWithOpenssl) {
  const Scratch scratch;
  const Secret rsa = must(rsa_key().pem());
  const PrivateKey ec_key = must(generate_ec("P-256"));
  const Secret ec = must(ec_key.pem());
  scratch.write("rsa.pem", rsa.view());
  scratch.write("ec.pem", ec.view());
  scratch.write("message", message());
  for (const auto& [key, file, kind, digest, options] :
       {std::tuple{&rsa_key(), "rsa.pem", SignatureKind::RsaPkcs1, DigestAlgorithm::Md5, ""},
        std::tuple{&rsa_key(), "rsa.pem", SignatureKind::RsaPkcs1, DigestAlgorithm::Sha256, ""},
        std::tuple{&rsa_key(), "rsa.pem", SignatureKind::RsaPss, DigestAlgorithm::Sha256,
                   "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1"},
        std::tuple{&ec_key, "ec.pem", SignatureKind::Ecdsa, DigestAlgorithm::Sha384, ""}}) {
    const std::string base = "dgst -" + std::string(name(digest)) + " " + options + " ";
    scratch.write("ours.sig", must(sign_message(*key, {kind, digest}, message())));
    EXPECT_TRUE(scratch.openssl(base + "-prverify " + file + " -signature ours.sig message")) << base;
    ASSERT_TRUE(scratch.openssl(base + "-sign " + file + " -out theirs.sig message")) << base;
    EXPECT_TRUE(
        verify_message(key->public_key(), {kind, digest}, message(), test::read_file(scratch.file("theirs.sig"))));
  }
}

/// Signs any bytes under PKCS#1 type 1 padding, as a careless or hostile signer would.
Bytes sign_raw(const PrivateKey& key, ByteView bytes) {
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr);
  Bytes signature(key.size());
  std::size_t size = signature.size();
  EXPECT_EQ(EVP_PKEY_sign_init(context), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING), 1);
  EXPECT_EQ(EVP_PKEY_sign(context, signature.data(), &size, bytes.data(), bytes.size()), 1);
  EVP_PKEY_CTX_free(context);
  return signature;
}

TEST(Signature, DigestInfoIsStrictButNullMayBeAbsent) {
  const SignatureScheme scheme{SignatureKind::RsaPkcs1, DigestAlgorithm::Sha1};
  const DigestValue value = must(digest(DigestAlgorithm::Sha1, message()));
  const std::string hash = to_hex(value.view());
  const auto verifies = [&](const std::string& digest_info) {
    return verify_digest(rsa_key().public_key(), scheme, value.view(), sign_raw(rsa_key(), unhex(digest_info)))
        .has_value();
  };
  EXPECT_TRUE(verifies("3021300906052b0e03021a05000414" + hash));
  EXPECT_TRUE(verifies("301f300706052b0e03021a0414" + hash));              // without NULL
  EXPECT_FALSE(verifies(hash));                                            // no DigestInfo
  EXPECT_FALSE(verifies("3021300906052b0e03021a05000414" + hash + "00"));  // something behind
  EXPECT_FALSE(verifies("301f300706052b0e03021a0414" + hash + "0000"));
  EXPECT_FALSE(verifies("308121300906052b0e03021a05000414" + hash));    // BER length
  EXPECT_FALSE(verifies("3023300b06052b0e03021a040200000414" + hash));  // room for forging in the parameters
  EXPECT_FALSE(verifies("3020300c06082a864886f70d020505000410" + hash.substr(0, 32)));  // another digest's OID
}

TEST(Signature, RefusesWhatDoesNotFit) {
  const PrivateKey x25519 = must(generate_x25519());
  for (const SignatureKind kind : {SignatureKind::RsaPkcs1, SignatureKind::RsaPss, SignatureKind::Dsa,
                                   SignatureKind::Ecdsa, SignatureKind::Ed25519}) {
    EXPECT_EQ(error_id(sign_message(x25519, {kind}, message())), kKeyMismatch.id);
    EXPECT_EQ(error_id(verify_message(x25519.public_key(), {kind}, message(), message())), kKeyMismatch.id);
    EXPECT_EQ(error_id(verify_message(PublicKey(), {kind}, message(), message())), kKeyMismatch.id);
  }
  EXPECT_EQ(error_id(sign_digest(rsa_key(), {SignatureKind::RsaPkcs1}, pattern(20))), kBadParameter.id);
  EXPECT_EQ(error_id(verify_digest(rsa_key().public_key(), {SignatureKind::RsaPkcs1}, pattern(20), message())),
            kBadParameter.id);
  EXPECT_EQ(default_signature_kind(KeyType::X25519), std::nullopt);
  EXPECT_EQ(default_signature_kind(KeyType::Ec), SignatureKind::Ecdsa);
}

TEST(Signature, HostileEcdsaEncodings) {
  const PrivateKey key = must(generate_ec("P-256"));
  const Bytes digest_bytes = pattern(32);
  const SignatureScheme scheme{SignatureKind::Ecdsa, DigestAlgorithm::Sha256};
  for (const char* const hex : {"", "30", "3000", "3006020100020100", "3006020101020100", "3006020100020101",
                                "300602018102 0181", "3080020101020101 0000", "30841fffffff020101020101"}) {
    EXPECT_EQ(error_id(verify_digest(key.public_key(), scheme, digest_bytes, unhex(hex))), kBadSignature.id) << hex;
  }
}

}  // namespace
}  // namespace sealgate::crypto
