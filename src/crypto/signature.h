#pragma once
// Signing and verifying. All kinds but Ed25519 work on a finished digest, so that content of any length is hashed on
// the way; Ed25519 needs the message itself, which in CMS is the DER of the signed attributes (RFC 8419).
//
// No minimum key or digest strength is enforced here: policy belongs to the callers.

#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/algorithms.h"
#include "crypto/key.h"

namespace sealgate::crypto {

struct SignatureScheme {
  SignatureKind kind;
  /// Digest of the message; for PSS also the hashAlgorithm of its parameters. Ignored for Ed25519.
  DigestAlgorithm digest = DigestAlgorithm::Sha256;
  /// PSS: digest of MGF1; absent = `digest`.
  std::optional<DigestAlgorithm> mgf1_digest = std::nullopt;
  /// PSS: salt length in bytes. Absent: signing uses the digest's length, verifying accepts any (for signers that
  /// leave the parameters out).
  std::optional<int> salt_length = std::nullopt;
};

/// The usual scheme for a key: PKCS#1 v1.5 for RSA, PSS for RSA-PSS keys, ECDSA, DSA, Ed25519. nullopt: it cannot
/// sign.
std::optional<SignatureKind> default_signature_kind(KeyType type);

/// `digest` is the finished digest by scheme.digest. Fails with crypto.key-mismatch, crypto.bad-parameter (length).
/// ECDSA and DSA signatures are DER Ecdsa-Sig-Value / Dss-Sig-Value.
Result<Bytes> sign_digest(const PrivateKey& key, const SignatureScheme& scheme, ByteView digest);
/// Fails with crypto.bad-signature and nothing more precise, or crypto.key-mismatch when the key cannot do the
/// scheme. RSA PKCS#1 v1.5: the whole encoded block is compared, DigestInfo with NULL parameters, or with them left
/// out as some old signers did (RFC 8017 section 9.2 note 1).
Result<> verify_digest(const PublicKey& key, const SignatureScheme& scheme, ByteView digest, ByteView signature);

/// The same over a message: hashes first where the kind needs it. The only way for Ed25519.
Result<Bytes> sign_message(const PrivateKey& key, const SignatureScheme& scheme, ByteView message);
Result<> verify_message(const PublicKey& key, const SignatureScheme& scheme, ByteView message, ByteView signature);

}  // namespace sealgate::crypto
