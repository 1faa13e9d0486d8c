#include "crypto/algorithms.h"

#include <array>
#include <iterator>
#include <string>

#include "base/text.h"

namespace sealgate::crypto {
namespace {

struct DigestRow {
  DigestAlgorithm digest;
  std::string_view oid, hmac_oid, name, micalg;
  std::size_t size;
};
constexpr DigestRow kDigests[] = {
    {DigestAlgorithm::Md5, "1.2.840.113549.2.5", "", "md5", "md5", 16},
    {DigestAlgorithm::Sha1, "1.3.14.3.2.26", "1.2.840.113549.2.7", "sha1", "sha-1", 20},
    {DigestAlgorithm::Sha224, "2.16.840.1.101.3.4.2.4", "1.2.840.113549.2.8", "sha224", "sha-224", 28},
    {DigestAlgorithm::Sha256, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.2.9", "sha256", "sha-256", 32},
    {DigestAlgorithm::Sha384, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.2.10", "sha384", "sha-384", 48},
    {DigestAlgorithm::Sha512, "2.16.840.1.101.3.4.2.3", "1.2.840.113549.2.11", "sha512", "sha-512", 64},
};
const DigestRow& row(DigestAlgorithm digest) {
  return kDigests[static_cast<std::size_t>(digest)];
}

struct CipherRow {
  ContentCipher cipher;
  std::string_view oid, name, report;
  std::size_t key, iv, block;
  int rc2_bits, rc2_version;
  bool aead, weak;
};
constexpr std::string_view kDesOid = "1.3.14.3.2.7";
constexpr std::string_view kDes3Oid = "1.2.840.113549.3.7";
constexpr CipherRow kCiphers[] = {
    {ContentCipher::DesCbc, kDesOid, "des", "des-cbc", 8, 8, 8, 0, 0, false, true},
    {ContentCipher::Des3Cbc, kDes3Oid, "3des", "des-ede3-cbc", 24, 8, 8, 0, 0, false, true},
    {ContentCipher::Rc2_40Cbc, kRc2CbcOid, "rc2-40", "rc2-cbc-40", 5, 8, 8, 40, 160, false, true},
    {ContentCipher::Rc2_64Cbc, kRc2CbcOid, "rc2-64", "rc2-cbc-64", 8, 8, 8, 64, 120, false, true},
    {ContentCipher::Rc2_128Cbc, kRc2CbcOid, "rc2-128", "rc2-cbc-128", 16, 8, 8, 128, 58, false, true},
    {ContentCipher::Aes128Cbc, "2.16.840.1.101.3.4.1.2", "aes128-cbc", "aes128-cbc", 16, 16, 16, 0, 0, false, false},
    {ContentCipher::Aes192Cbc, "2.16.840.1.101.3.4.1.22", "aes192-cbc", "aes192-cbc", 24, 16, 16, 0, 0, false, false},
    {ContentCipher::Aes256Cbc, "2.16.840.1.101.3.4.1.42", "aes256-cbc", "aes256-cbc", 32, 16, 16, 0, 0, false, false},
    {ContentCipher::Aes128Gcm, "2.16.840.1.101.3.4.1.6", "aes128-gcm", "aes128-gcm", 16, 12, 1, 0, 0, true, false},
    {ContentCipher::Aes192Gcm, "2.16.840.1.101.3.4.1.26", "aes192-gcm", "aes192-gcm", 24, 12, 1, 0, 0, true, false},
    {ContentCipher::Aes256Gcm, "2.16.840.1.101.3.4.1.46", "aes256-gcm", "aes256-gcm", 32, 12, 1, 0, 0, true, false},
};
const CipherRow& row(ContentCipher cipher) {
  return kCiphers[static_cast<std::size_t>(cipher)];
}

struct WrapRow {
  KeyWrap wrap;
  std::string_view oid, name;
  std::size_t key;
};
constexpr WrapRow kWraps[] = {
    {KeyWrap::Aes128, "2.16.840.1.101.3.4.1.5", "aes128-wrap", 16},
    {KeyWrap::Aes192, "2.16.840.1.101.3.4.1.25", "aes192-wrap", 24},
    {KeyWrap::Aes256, "2.16.840.1.101.3.4.1.45", "aes256-wrap", 32},
    {KeyWrap::Des3, "1.2.840.113549.1.9.16.3.6", "3des-wrap", 24},
    {KeyWrap::Rc2, "1.2.840.113549.1.9.16.3.7", "rc2-wrap", 16},
};
const WrapRow& row(KeyWrap wrap) {
  return kWraps[static_cast<std::size_t>(wrap)];
}

struct AgreementRow {
  KeyAgreementScheme scheme;
  std::string_view oid, name;
};
using Kind = KeyAgreementKind;
constexpr AgreementRow kAgreements[] = {
    {{Kind::Esdh, DigestAlgorithm::Sha1}, "1.2.840.113549.1.9.16.3.5", "esdh"},
    {{Kind::Ssdh, DigestAlgorithm::Sha1}, "1.2.840.113549.1.9.16.3.10", "ssdh"},
    {{Kind::EcdhStandard, DigestAlgorithm::Sha1}, "1.3.133.16.840.63.0.2", "ecdh-sha1kdf"},
    {{Kind::EcdhStandard, DigestAlgorithm::Sha224}, "1.3.132.1.11.0", "ecdh-sha224kdf"},
    {{Kind::EcdhStandard, DigestAlgorithm::Sha256}, "1.3.132.1.11.1", "ecdh-sha256kdf"},
    {{Kind::EcdhStandard, DigestAlgorithm::Sha384}, "1.3.132.1.11.2", "ecdh-sha384kdf"},
    {{Kind::EcdhStandard, DigestAlgorithm::Sha512}, "1.3.132.1.11.3", "ecdh-sha512kdf"},
    {{Kind::EcdhCofactor, DigestAlgorithm::Sha1}, "1.3.133.16.840.63.0.3", "ecdh-cofactor-sha1kdf"},
    {{Kind::EcdhCofactor, DigestAlgorithm::Sha224}, "1.3.132.1.14.0", "ecdh-cofactor-sha224kdf"},
    {{Kind::EcdhCofactor, DigestAlgorithm::Sha256}, "1.3.132.1.14.1", "ecdh-cofactor-sha256kdf"},
    {{Kind::EcdhCofactor, DigestAlgorithm::Sha384}, "1.3.132.1.14.2", "ecdh-cofactor-sha384kdf"},
    {{Kind::EcdhCofactor, DigestAlgorithm::Sha512}, "1.3.132.1.14.3", "ecdh-cofactor-sha512kdf"},
    {{Kind::EcdhHkdf, DigestAlgorithm::Sha256}, "1.2.840.113549.1.9.16.3.19", "ecdh-hkdf-sha256"},
    {{Kind::EcdhHkdf, DigestAlgorithm::Sha384}, "1.2.840.113549.1.9.16.3.20", "ecdh-hkdf-sha384"},
    {{Kind::EcdhHkdf, DigestAlgorithm::Sha512}, "1.2.840.113549.1.9.16.3.21", "ecdh-hkdf-sha512"},
};

struct SignatureRow {
  std::string_view oid;
  SignatureAlgorithm algorithm;
  bool written;  ///< false for synonyms that we only read
};
using Sign = SignatureKind;
constexpr SignatureRow kSignatures[] = {
    {kRsaEncryptionOid, {Sign::RsaPkcs1, std::nullopt, "rsa"}, true},
    {kRsaPssOid, {Sign::RsaPss, std::nullopt, "rsa-pss"}, true},
    {"1.2.840.113549.1.1.4", {Sign::RsaPkcs1, DigestAlgorithm::Md5, "md5-rsa"}, false},
    {"1.2.840.113549.1.1.5", {Sign::RsaPkcs1, DigestAlgorithm::Sha1, "sha1-rsa"}, false},
    {"1.3.14.3.2.29", {Sign::RsaPkcs1, DigestAlgorithm::Sha1, "sha1-rsa"}, false},
    {"1.2.840.113549.1.1.14", {Sign::RsaPkcs1, DigestAlgorithm::Sha224, "sha224-rsa"}, false},
    {"1.2.840.113549.1.1.11", {Sign::RsaPkcs1, DigestAlgorithm::Sha256, "sha256-rsa"}, false},
    {"1.2.840.113549.1.1.12", {Sign::RsaPkcs1, DigestAlgorithm::Sha384, "sha384-rsa"}, false},
    {"1.2.840.113549.1.1.13", {Sign::RsaPkcs1, DigestAlgorithm::Sha512, "sha512-rsa"}, false},
    {"1.2.840.10040.4.1", {Sign::Dsa, std::nullopt, "dsa"}, false},
    {"1.3.14.3.2.12", {Sign::Dsa, std::nullopt, "dsa"}, false},
    {"1.2.840.10040.4.3", {Sign::Dsa, DigestAlgorithm::Sha1, "dsa-sha1"}, true},
    {"1.3.14.3.2.13", {Sign::Dsa, DigestAlgorithm::Sha1, "dsa-sha1"}, false},
    {"1.3.14.3.2.27", {Sign::Dsa, DigestAlgorithm::Sha1, "dsa-sha1"}, false},
    {"2.16.840.1.101.3.4.3.1", {Sign::Dsa, DigestAlgorithm::Sha224, "dsa-sha224"}, true},
    {"2.16.840.1.101.3.4.3.2", {Sign::Dsa, DigestAlgorithm::Sha256, "dsa-sha256"}, true},
    {"2.16.840.1.101.3.4.3.3", {Sign::Dsa, DigestAlgorithm::Sha384, "dsa-sha384"}, true},
    {"2.16.840.1.101.3.4.3.4", {Sign::Dsa, DigestAlgorithm::Sha512, "dsa-sha512"}, true},
    {kEcPublicKeyOid, {Sign::Ecdsa, std::nullopt, "ecdsa"}, false},
    {"1.2.840.10045.4.1", {Sign::Ecdsa, DigestAlgorithm::Sha1, "ecdsa-sha1"}, true},
    {"1.2.840.10045.4.3.1", {Sign::Ecdsa, DigestAlgorithm::Sha224, "ecdsa-sha224"}, true},
    {"1.2.840.10045.4.3.2", {Sign::Ecdsa, DigestAlgorithm::Sha256, "ecdsa-sha256"}, true},
    {"1.2.840.10045.4.3.3", {Sign::Ecdsa, DigestAlgorithm::Sha384, "ecdsa-sha384"}, true},
    {"1.2.840.10045.4.3.4", {Sign::Ecdsa, DigestAlgorithm::Sha512, "ecdsa-sha512"}, true},
    {kEd25519Oid, {Sign::Ed25519, std::nullopt, "ed25519"}, true},
};

}  // namespace

std::optional<DigestAlgorithm> digest_from_oid(std::string_view oid) {
  for (const DigestRow& entry : kDigests) {
    if (entry.oid == oid) return entry.digest;
  }
  return std::nullopt;
}

std::optional<DigestAlgorithm> digest_from_name(std::string_view name) {
  // "SHA-256", "sha_256", "rsa-sha256", "sha2_256" and "sha2-256" are all one name.
  std::string plain;
  for (const char c : trim(name)) {
    if (c != '-' && c != '_' && c != ' ') plain += ascii_lower(c);
  }
  if (plain.starts_with("rsa")) plain.erase(0, 3);
  if (plain.starts_with("sha2") && plain.size() == 7 && plain != "sha2224") plain.erase(3, 1);
  if (plain == "sha2224") plain = "sha224";
  if (plain == "sha") plain = "sha1";
  for (const DigestRow& entry : kDigests) {
    if (entry.name == plain) return entry.digest;
  }
  return std::nullopt;
}

std::string_view oid(DigestAlgorithm digest) {
  return row(digest).oid;
}
std::string_view name(DigestAlgorithm digest) {
  return row(digest).name;
}
std::string_view micalg_name(DigestAlgorithm digest) {
  return row(digest).micalg;
}
std::size_t digest_size(DigestAlgorithm digest) {
  return row(digest).size;
}
bool is_weak(DigestAlgorithm digest) {
  return digest == DigestAlgorithm::Md5 || digest == DigestAlgorithm::Sha1;
}

std::optional<ContentCipher> cipher_from_oid(std::string_view oid, std::optional<int> rc2_bits) {
  for (const CipherRow& entry : kCiphers) {
    if (entry.oid == oid && (entry.rc2_bits == 0 || rc2_bits == entry.rc2_bits)) return entry.cipher;
  }
  return std::nullopt;
}

std::optional<ContentCipher> cipher_from_name(std::string_view name) {
  for (const CipherRow& entry : kCiphers) {
    if (iequals(entry.name, name) || iequals(entry.report, name)) return entry.cipher;
  }
  return std::nullopt;
}

std::string_view oid(ContentCipher cipher) {
  return row(cipher).oid;
}
std::string_view name(ContentCipher cipher) {
  return row(cipher).name;
}
std::string_view report_name(ContentCipher cipher) {
  return row(cipher).report;
}
std::size_t key_size(ContentCipher cipher) {
  return row(cipher).key;
}
std::size_t iv_size(ContentCipher cipher) {
  return row(cipher).iv;
}
std::size_t block_size(ContentCipher cipher) {
  return row(cipher).block;
}
bool is_aead(ContentCipher cipher) {
  return row(cipher).aead;
}
bool is_rc2(ContentCipher cipher) {
  return row(cipher).rc2_bits != 0;
}
bool is_weak(ContentCipher cipher) {
  return row(cipher).weak;
}

std::optional<int> rc2_effective_bits(long parameter_version) {
  for (const CipherRow& entry : kCiphers) {
    if (entry.rc2_bits != 0 && entry.rc2_version == parameter_version) return entry.rc2_bits;
  }
  return std::nullopt;
}

int rc2_parameter_version(ContentCipher cipher) {
  return row(cipher).rc2_version;
}

std::optional<KeyWrap> key_wrap_from_oid(std::string_view oid) {
  for (const WrapRow& entry : kWraps) {
    if (entry.oid == oid) return entry.wrap;
  }
  return std::nullopt;
}

std::string_view oid(KeyWrap wrap) {
  return row(wrap).oid;
}
std::string_view name(KeyWrap wrap) {
  return row(wrap).name;
}
std::size_t key_size(KeyWrap wrap) {
  return row(wrap).key;
}
bool is_weak(KeyWrap wrap) {
  return wrap == KeyWrap::Des3 || wrap == KeyWrap::Rc2;
}

KeyWrap key_wrap_for(ContentCipher cipher) {
  switch (cipher) {
    case ContentCipher::DesCbc:
    case ContentCipher::Des3Cbc:
      // RFC 3217 wraps three-key 3DES keys only; an 8-byte DES key goes under RC2, which takes any length.
      return cipher == ContentCipher::Des3Cbc ? KeyWrap::Des3 : KeyWrap::Rc2;
    case ContentCipher::Rc2_40Cbc:
    case ContentCipher::Rc2_64Cbc:
    case ContentCipher::Rc2_128Cbc:
      return KeyWrap::Rc2;
    case ContentCipher::Aes128Cbc:
    case ContentCipher::Aes128Gcm:
      return KeyWrap::Aes128;
    case ContentCipher::Aes192Cbc:
    case ContentCipher::Aes192Gcm:
      return KeyWrap::Aes192;
    case ContentCipher::Aes256Cbc:
    case ContentCipher::Aes256Gcm:
      return KeyWrap::Aes256;
  }
  return KeyWrap::Aes256;
}

std::optional<KeyAgreementScheme> key_agreement_from_oid(std::string_view oid) {
  for (const AgreementRow& entry : kAgreements) {
    if (entry.oid == oid) return entry.scheme;
  }
  return std::nullopt;
}

std::string_view oid(const KeyAgreementScheme& scheme) {
  for (const AgreementRow& entry : kAgreements) {
    if (entry.scheme == scheme) return entry.oid;
  }
  return {};
}

std::string_view name(const KeyAgreementScheme& scheme) {
  for (const AgreementRow& entry : kAgreements) {
    if (entry.scheme == scheme) return entry.name;
  }
  return {};
}

std::optional<SignatureAlgorithm> signature_from_oid(std::string_view oid) {
  for (const SignatureRow& entry : kSignatures) {
    if (entry.oid == oid) return entry.algorithm;
  }
  return std::nullopt;
}

std::string_view signature_oid(SignatureKind kind, DigestAlgorithm digest) {
  for (const SignatureRow& entry : kSignatures) {
    if (entry.written && entry.algorithm.kind == kind && entry.algorithm.digest.value_or(digest) == digest) {
      return entry.oid;
    }
  }
  return {};
}

std::optional<DigestAlgorithm> hmac_digest_from_oid(std::string_view oid) {
  for (const DigestRow& entry : kDigests) {
    if (!entry.hmac_oid.empty() && entry.hmac_oid == oid) return entry.digest;
  }
  return std::nullopt;
}

std::string_view hmac_oid(DigestAlgorithm digest) {
  return row(digest).hmac_oid;
}

}  // namespace sealgate::crypto
