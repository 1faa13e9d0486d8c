#include "crypto/key.h"

#include "crypto/errors.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::read_file;
using test::rsa_key;
using test::Scratch;

TEST(Key, EveryTypeRoundTripsThroughPkcs8AndSpki) {
  const std::pair<PrivateKey, KeyType> keys[] = {{rsa_key(), KeyType::Rsa},
                                                 {must(generate_ec("P-256")), KeyType::Ec},
                                                 {must(generate_ec("P-384")), KeyType::Ec},
                                                 {must(generate_ec("P-521")), KeyType::Ec},
                                                 {must(generate_ed25519()), KeyType::Ed25519},
                                                 {must(generate_x25519()), KeyType::X25519},
                                                 {must(generate_dh()), KeyType::Dh},
                                                 {test::dsa_key(), KeyType::Dsa}};
  for (const auto& [key, type] : keys) {
    EXPECT_EQ(key.type(), type);
    const Secret der = must(key.pkcs8_der());
    const PrivateKey again = must(PrivateKey::from_pkcs8_der(der.view()));
    EXPECT_EQ(again.type(), type);
    EXPECT_EQ(again.bits(), key.bits());
    EXPECT_TRUE(again.public_key() == key.public_key());
    const PublicKey public_key = must(PublicKey::from_spki_der(must(key.public_key().spki_der())));
    EXPECT_EQ(public_key.type(), type);
    EXPECT_TRUE(matches(key, public_key)) << name(type);
    EXPECT_FALSE(matches(test::other_rsa_key(), public_key));
  }
  EXPECT_EQ(keys[1].first.curve_oid(), "1.2.840.10045.3.1.7");
  EXPECT_EQ(rsa_key().curve_oid(), "");
  EXPECT_FALSE(PublicKey() == rsa_key().public_key());
  EXPECT_TRUE(PublicKey() == PublicKey());
}

TEST(Key, OurPemIsReadByOpensslAndByUs) {
  const Scratch scratch;
  const Secret password = Secret::from_text("correct horse");
  const std::string pem = must(rsa_key().encrypted_pem(password));
  scratch.write("key.pem", as_bytes(pem));
  EXPECT_TRUE(scratch.openssl("pkey -in key.pem -passin 'pass:correct horse' -pubout -out pub.pem"));
  EXPECT_FALSE(scratch.openssl("pkey -in key.pem -passin pass:wrong -noout"));
  EXPECT_TRUE(matches(must(PrivateKey::load(as_bytes(pem), &password)),
                      must(PublicKey::load(read_file(scratch.file("pub.pem"))))));
  const Secret clear = must(rsa_key().pem());
  EXPECT_TRUE(clear.text().starts_with("-----BEGIN PRIVATE KEY-----"));
  EXPECT_TRUE(matches(must(PrivateKey::load(clear.view())), rsa_key().public_key()));
}

TEST(Key, EveryFormThatOpensslWrites) {
  const Scratch scratch;
  const Secret clear = must(rsa_key().pem());
  scratch.write("rsa.pem", clear.view());
  ASSERT_TRUE(scratch.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem"));
  struct Form {
    const char* arguments;
    bool encrypted;
  };
  const Form forms[] = {
      {"rsa -in rsa.pem -traditional -out out", false},
      {"rsa -in rsa.pem -traditional -outform DER -out out", false},
      {"pkcs8 -topk8 -in rsa.pem -nocrypt -outform DER -out out", false},
      {"rsa -in rsa.pem -traditional -aes128 -passout pass:secret -out out", true},
      {"rsa -in rsa.pem -traditional -des3 -passout pass:secret -out out", true},
      {"rsa -provider default -provider legacy -in rsa.pem -traditional -des -passout pass:secret -out out", true},
      {"pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -v2prf hmacWithSHA512 -passout pass:secret -out out", true},
      {"pkcs8 -topk8 -in rsa.pem -v2 aes-128-cbc -passout pass:secret -outform DER -out out", true},
      {"pkcs8 -topk8 -in rsa.pem -scrypt -passout pass:secret -out out", true},
      {"pkcs8 -topk8 -in rsa.pem -v1 PBE-SHA1-3DES -passout pass:secret -out out", true},
      {"pkcs8 -provider default -provider legacy -topk8 -in rsa.pem -v1 PBE-MD5-DES -passout pass:secret -out out",
       true},
      {"pkcs8 -provider default -provider legacy -topk8 -in rsa.pem -v1 PBE-SHA1-RC2-40 -passout pass:secret -out "
       "out",
       true},
      {"ec -in ec.pem -out out", false},
      {"ec -in ec.pem -outform DER -out out", false},
      {"ec -in ec.pem -aes256 -passout pass:secret -out out", true}};
  const Secret password = Secret::from_text("secret");
  const Secret wrong = Secret::from_text("guess");
  const Secret empty;
  for (const Form& form : forms) {
    ASSERT_TRUE(scratch.openssl(form.arguments)) << form.arguments;
    const Bytes data = read_file(scratch.file("out"));
    EXPECT_EQ(error_id(PrivateKey::load(data, &password)), "no error") << form.arguments;
    EXPECT_EQ(error_id(PrivateKey::load(data)), form.encrypted ? kPasswordRequired.id : "no error") << form.arguments;
    if (!form.encrypted) continue;
    for (const Secret* const other : {&wrong, &empty}) {
      EXPECT_EQ(error_id(PrivateKey::load(data, other)), kWrongPassword.id) << form.arguments;
    }
  }
}

TEST(Key, WrongPasswordsAreNeverTakenForDamage) {
  // One wrong password in 256 decrypts to valid padding; it must still be called a wrong password.
  const Scratch scratch;
  const Secret clear = must(must(generate_ec("P-256")).pem());
  scratch.write("ec.pem", clear.view());
  ASSERT_TRUE(scratch.openssl("pkcs8 -topk8 -in ec.pem -v2 aes-128-cbc -iter 1 -passout pass:secret -out pkcs8.pem"));
  ASSERT_TRUE(scratch.openssl("ec -in ec.pem -aes128 -passout pass:secret -out traditional.pem"));
  for (const char* const file : {"pkcs8.pem", "traditional.pem"}) {
    const Bytes data = read_file(scratch.file(file));
    for (int i = 0; i < 1500; ++i) {
      const Secret guess = Secret::from_text("guess" + std::to_string(i));
      ASSERT_EQ(error_id(PrivateKey::load(data, &guess)), kWrongPassword.id) << file << " " << i;
    }
  }
}

TEST(Key, FindsTheKeyBetweenOtherThings) {
  const Secret clear = must(rsa_key().pem());
  const std::string noise =
      "Bag Attributes\r\n    localKeyID: 01\r\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const std::string text = noise + std::string(clear.text()) + noise;
  EXPECT_TRUE(matches(must(PrivateKey::load(as_bytes(text))), rsa_key().public_key()));
  EXPECT_EQ(error_id(PrivateKey::load(as_bytes(noise))), kNoPrivateKey.id);
  const std::string with_mark = "\xef\xbb\xbf" + std::string(clear.text());
  EXPECT_EQ(error_id(PrivateKey::load(as_bytes(with_mark))), "no error");
}

TEST(Key, DamagedInputFailsEverywhere) {
  EXPECT_EQ(error_id(PrivateKey::load({})), kMalformedKey.id);
  EXPECT_EQ(error_id(PrivateKey::load(as_bytes("hello"))), kMalformedKey.id);
  EXPECT_EQ(error_id(PublicKey::load(as_bytes("hello"))), kMalformedKey.id);
  EXPECT_EQ(error_id(PublicKey::from_spki_der({})), kMalformedKey.id);
  const Secret der = must(must(generate_ec("P-256")).pkcs8_der());
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(error_id(PrivateKey::load(der.view().first(size))), kMalformedKey.id) << size;
  }
  const Bytes spki = must(rsa_key().public_key().spki_der());
  for (std::size_t size = 0; size < spki.size(); ++size) {
    EXPECT_EQ(error_id(PublicKey::from_spki_der(ByteView(spki).first(size))), kMalformedKey.id) << size;
  }
  const Secret pem = must(rsa_key().pem());
  for (std::size_t size = 0; size + 26 < pem.size(); size += 7) {
    EXPECT_FALSE(PrivateKey::load(pem.view().first(size))) << size;
  }
  // Flipped bits: any outcome but a crash.
  for (std::size_t i = 0; i < der.size() * 8; ++i) {
    Bytes bad(der.view().begin(), der.view().end());
    bad[i / 8] ^= static_cast<Byte>(1 << i % 8);
    const auto result = PrivateKey::load(bad);
    EXPECT_THAT(error_id(result), testing::AnyOf("no error", testing::StartsWith("crypto.")));
  }
}

/// The SubjectPublicKeyInfo of a DSA key, with its parameters cut out.
Bytes without_parameters(const Bytes& spki) {
  const std::size_t outer = spki[1] & 0x80 ? 2 + (spki[1] & 0x7f) : 2;  // SEQUENCE header
  const std::size_t algorithm = outer + (spki[outer + 1] & 0x80 ? 2 + (spki[outer + 1] & 0x7f) : 2);
  std::size_t length = spki[outer + 1];
  if ((length & 0x80) != 0) {
    const std::size_t digits = length & 0x7f;
    length = 0;
    for (std::size_t i = 0; i < digits; ++i) length = length << 8 | spki[outer + 2 + i];
  }
  Bytes body = test::unhex("300906072a8648ce380401");  // SEQUENCE { id-dsa }
  append(body, ByteView(spki).subspan(algorithm + length));
  Bytes whole{0x30, 0x82, static_cast<Byte>(body.size() >> 8), static_cast<Byte>(body.size())};
  append(whole, body);
  return whole;
}

TEST(Key, DsaParametersAreInherited) {
  const PublicKey full = test::dsa_key().public_key();
  const Bytes bare = without_parameters(must(full.spki_der()));
  EXPECT_EQ(error_id(PublicKey::from_spki_der(bare)), kParametersMissing.id);
  EXPECT_TRUE(must(PublicKey::with_inherited_dsa_parameters(bare, full)) == full);
  EXPECT_EQ(error_id(PublicKey::with_inherited_dsa_parameters(bare, rsa_key().public_key())), kParametersMissing.id);
  EXPECT_EQ(error_id(PublicKey::with_inherited_dsa_parameters(bare, PublicKey())), kParametersMissing.id);
  for (std::size_t size = 0; size < bare.size(); ++size) {
    EXPECT_FALSE(PublicKey::with_inherited_dsa_parameters(ByteView(bare).first(size), full)) << size;
  }
}

TEST(Key, WeakSizes) {
  EXPECT_TRUE(is_weak_key(KeyType::Rsa, 1024));
  EXPECT_FALSE(is_weak_key(KeyType::Rsa, 2048));
  EXPECT_TRUE(is_weak_key(KeyType::Ec, 192));
  EXPECT_FALSE(is_weak_key(KeyType::Ec, 256));
  EXPECT_FALSE(is_weak_key(KeyType::Ed25519, 253));
  EXPECT_EQ(error_id(generate_rsa(100)), kBadParameter.id);
  EXPECT_EQ(error_id(generate_ec("P-999")), kUnsupportedAlgorithm.id);
}

}  // namespace
}  // namespace sealgate::crypto
