#pragma once
// The algorithms we know: enum <-> dotted OID <-> names. One table each; whoever reads or writes an
// AlgorithmIdentifier comes here. Lookups return nullopt for what we do not implement (MD2, MD4, RIPEMD ...), which
// callers report as crypto.unsupported-algorithm together with the OID.
//
// Two kinds of names: the command line's (design contract: "aes256-cbc", "3des", "rc2-40") and the report's, which
// spell algorithms as OpenSSL does ("aes256-cbc", "des-ede3-cbc", "rc2-cbc-40").

#include <cstddef>
#include <optional>
#include <string_view>

namespace sealgate::crypto {

// --- digests
// ---------------------------------------------------------------------------------------------------------

enum class DigestAlgorithm { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };

std::optional<DigestAlgorithm> digest_from_oid(std::string_view oid);
/// Any spelling seen in micalg, MDN fields and options: "sha256", "SHA-256", "sha2_256", "rsa-sha1", "SHA".
std::optional<DigestAlgorithm> digest_from_name(std::string_view name);
std::string_view oid(DigestAlgorithm digest);
/// "md5", "sha1", "sha256": command line, reports, and micalg of S/MIME 3.1 (RFC 3851).
std::string_view name(DigestAlgorithm digest);
/// "md5", "sha-1", "sha-256": micalg of S/MIME 3.2 and later (RFC 8551 section 3.5.3.2).
std::string_view micalg_name(DigestAlgorithm digest);
std::size_t digest_size(DigestAlgorithm digest);
/// MD5 and SHA-1.
bool is_weak(DigestAlgorithm digest);

// --- content encryption
// ----------------------------------------------------------------------------------------------

enum class ContentCipher {
  DesCbc,
  Des3Cbc,
  Rc2_40Cbc,
  Rc2_64Cbc,
  Rc2_128Cbc,
  Aes128Cbc,
  Aes192Cbc,
  Aes256Cbc,
  Aes128Gcm,
  Aes192Gcm,
  Aes256Gcm
};

/// The RC2-CBC OID 1.2.840.113549.3.2 needs its effective key bits (see rc2_effective_bits); without them it is not
/// found. For all others `rc2_bits` is ignored.
std::optional<ContentCipher> cipher_from_oid(std::string_view oid, std::optional<int> rc2_bits = std::nullopt);
/// Command line and report names, any case.
std::optional<ContentCipher> cipher_from_name(std::string_view name);
std::string_view oid(ContentCipher cipher);
std::string_view name(ContentCipher cipher);
std::string_view report_name(ContentCipher cipher);
/// In bytes. For RC2 the usual length (effective bits / 8); CipherStream takes other RC2 lengths as well.
std::size_t key_size(ContentCipher cipher);
/// In bytes: one block for CBC; for GCM the 12 that we write (any length is read).
std::size_t iv_size(ContentCipher cipher);
std::size_t block_size(ContentCipher cipher);
bool is_aead(ContentCipher cipher);
bool is_rc2(ContentCipher cipher);
/// DES, 3DES, RC2.
bool is_weak(ContentCipher cipher);

inline constexpr std::string_view kRc2CbcOid = "1.2.840.113549.3.2";
/// RC2-CBC parameter version (RFC 2268 section 6, RFC 3370 section 5.2) -> effective key bits; nullopt when it is not
/// one of 40, 64 and 128 bits.
std::optional<int> rc2_effective_bits(long parameter_version);
/// 160, 120 or 58; 0 for ciphers that are not RC2.
int rc2_parameter_version(ContentCipher cipher);

// --- key wrapping
// ----------------------------------------------------------------------------------------------------

enum class KeyWrap { Aes128, Aes192, Aes256, Des3, Rc2 };

std::optional<KeyWrap> key_wrap_from_oid(std::string_view oid);
std::string_view oid(KeyWrap wrap);
/// "aes128-wrap", "3des-wrap", "rc2-wrap".
std::string_view name(KeyWrap wrap);
/// Length of the key-encryption key in bytes.
std::size_t key_size(KeyWrap wrap);
bool is_weak(KeyWrap wrap);
/// The wrap to use for a content-encryption key of this cipher (RFC 3565 section 2.3, RFC 3370 section 4.3): as
/// strong as the content cipher. 3DES wrap takes 3DES keys only, so DES goes with RC2 under RC2 wrap, which takes any
/// length.
KeyWrap key_wrap_for(ContentCipher cipher);

// --- key agreement
// ---------------------------------------------------------------------------------------------------

enum class KeyAgreementKind {
  Esdh,          ///< X9.42 ephemeral-static Diffie-Hellman, RFC 2631
  Ssdh,          ///< the same with a static originator key
  EcdhStandard,  ///< dhSinglePass-stdDH with the X9.63 KDF, RFC 5753; also X25519 (RFC 8418 section 2.2)
  EcdhCofactor,  ///< dhSinglePass-cofactorDH: the same on curves with cofactor 1
  EcdhHkdf       ///< dhSinglePass-stdDH-hkdf-*, RFC 8418
};

struct KeyAgreementScheme {
  KeyAgreementKind kind;
  DigestAlgorithm kdf_digest;  ///< Sha1 for Esdh and Ssdh
  friend bool operator==(const KeyAgreementScheme&, const KeyAgreementScheme&) = default;
};

std::optional<KeyAgreementScheme> key_agreement_from_oid(std::string_view oid);
/// Empty when no OID exists for the pair.
std::string_view oid(const KeyAgreementScheme& scheme);
/// "esdh", "ecdh-sha1kdf", "ecdh-cofactor-sha256kdf", "ecdh-hkdf-sha256".
std::string_view name(const KeyAgreementScheme& scheme);

// --- signatures
// ------------------------------------------------------------------------------------------------------

enum class SignatureKind { RsaPkcs1, RsaPss, Dsa, Ecdsa, Ed25519 };

/// What a signatureAlgorithm OID says: some name the digest too, some (rsaEncryption, id-dsa, RSASSA-PSS) do not.
struct SignatureAlgorithm {
  SignatureKind kind;
  std::optional<DigestAlgorithm> digest;
  std::string_view
      name;  ///< report name: "rsa", "sha256-rsa", "rsa-pss", "dsa", "dsa-sha1", "ecdsa-sha256", "ed25519"
};

std::optional<SignatureAlgorithm> signature_from_oid(std::string_view oid);
/// The OID to write in a SignerInfo: rsaEncryption for RSA PKCS#1 v1.5 (RFC 3370 section 3.2), id-RSASSA-PSS,
/// ecdsa-with-*, id-dsa-with-*, id-Ed25519. Empty when no OID exists (DSA with SHA-384).
std::string_view signature_oid(SignatureKind kind, DigestAlgorithm digest);

// --- the rest
// --------------------------------------------------------------------------------------------------------

inline constexpr std::string_view kRsaEncryptionOid = "1.2.840.113549.1.1.1";
inline constexpr std::string_view kRsaOaepOid = "1.2.840.113549.1.1.7";
inline constexpr std::string_view kRsaPssOid = "1.2.840.113549.1.1.10";
inline constexpr std::string_view kMgf1Oid = "1.2.840.113549.1.1.8";
inline constexpr std::string_view kPSpecifiedOid = "1.2.840.113549.1.1.9";
inline constexpr std::string_view kPbkdf2Oid = "1.2.840.113549.1.5.12";
inline constexpr std::string_view kPwriKekOid = "1.2.840.113549.1.9.16.3.9";
inline constexpr std::string_view kDhPublicNumberOid = "1.2.840.10046.2.1";
inline constexpr std::string_view kEcPublicKeyOid = "1.2.840.10045.2.1";
inline constexpr std::string_view kX25519Oid = "1.3.101.110";
inline constexpr std::string_view kEd25519Oid = "1.3.101.112";

/// hmacWithSHA1 ... hmacWithSHA512, the pseudo-random functions of PBKDF2 (RFC 8018 appendix B.1).
std::optional<DigestAlgorithm> hmac_digest_from_oid(std::string_view oid);
/// Empty for MD5.
std::string_view hmac_oid(DigestAlgorithm digest);

}  // namespace sealgate::crypto
