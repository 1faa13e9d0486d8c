#pragma once
// Key agreement for KeyAgreeRecipientInfo: X9.42 Diffie-Hellman (RFC 2631), ECDH with the X9.63 KDF (RFC 5753),
// X25519 and the HKDF schemes (RFC 8418). Originator: generate_ephemeral, derive_kek, key_wrap.h. Recipient:
// originator_key, derive_kek, key_unwrap.

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"
#include "crypto/key.h"

namespace sealgate::crypto {

struct KeyAgreement {
  KeyAgreementScheme scheme;
  KeyWrap wrap;
  /// The DER of the key wrap's AlgorithmIdentifier exactly as in the message: it enters the KDF of the EC schemes,
  /// and senders differ in whether parameters are NULL or absent. Not used by Esdh, which takes the OID alone.
  ByteView wrap_algorithm_der;
  /// UserKeyingMaterial without its OCTET STRING header; empty = absent (RFC 2631: partyAInfo, 64 bytes there).
  ByteView ukm = {};
};

/// The key-encryption key. Validates the peer's key: crypto.invalid-peer-key for what is not in the group of `own`;
/// crypto.key-mismatch when `own` does not fit the scheme.
Result<Secret> derive_kek(const PrivateKey& own, const PublicKey& peer, const KeyAgreement& agreement);

/// The raw shared secret Z, padded to the length of the field, after the same validation.
Result<Secret> shared_secret(const PrivateKey& own, const PublicKey& peer);

/// A fresh key in the recipient's group (DH, EC, X25519).
Result<PrivateKey> generate_ephemeral(const PublicKey& recipient);

/// The content of OriginatorPublicKey.publicKey, the BIT STRING, for a key: DH: DER INTEGER; EC: uncompressed point;
/// X25519: 32 bytes.
Result<Bytes> public_key_bits(const PublicKey& key);
/// The originator's key from those bytes, in the group of our own key (RFC 3370 section 4.1.1 and RFC 5753
/// section 7.1.2 leave the parameters out because they are the recipient's). crypto.invalid-peer-key for anything
/// that is not a valid member.
Result<PublicKey> originator_key(const PublicKey& own, ByteView public_key_bits);

// --- the parts, for known answers and other callers
// ----------------------------------------------------------------------

/// RFC 2631 section 2.1.2: SHA-1 KDF over ZZ and OtherInfo.
Result<Secret> x942_kdf(ByteView zz, std::string_view key_wrap_oid, std::size_t kek_bits, ByteView party_a_info);
/// ANSI X9.63 KDF (SEC 1 section 3.6.1).
Result<Secret> x963_kdf(DigestAlgorithm digest, ByteView z, ByteView shared_info, std::size_t length);
/// DER of ECC-CMS-SharedInfo (RFC 5753 section 7.2).
Bytes ecc_cms_shared_info(ByteView wrap_algorithm_der, ByteView ukm, std::size_t kek_bits);

}  // namespace sealgate::crypto
