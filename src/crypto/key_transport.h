#pragma once
// RSA key transport: PKCS#1 v1.5 (RFC 8017 section 7.2) and OAEP (section 7.1).
//
// Decrypting v1.5 never tells whether the padding was right (Bleichenbacher, RFC 3218): a bad block yields a
// pseudo-random key, always the same one for the same ciphertext, chosen without branches. The content then fails to
// decrypt, as with any wrong key.

#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"
#include "crypto/key.h"

namespace sealgate::crypto {

Result<Bytes> rsa_pkcs1_encrypt(const PublicKey& key, ByteView content_key);
/// Always returns `expected_length` bytes for an RSA key, whatever `encrypted` holds; crypto.key-mismatch only for a
/// key that is not RSA, crypto.internal-failure without memory, and the errors of a token that keeps the key.
Result<Secret> rsa_pkcs1_decrypt(const PrivateKey& key, ByteView encrypted, std::size_t expected_length);
/// For ciphers with several key lengths (RC2): the result has one of `accepted_lengths` (at least one, all <= 128);
/// the pseudo-random key picks among them.
Result<Secret> rsa_pkcs1_decrypt(const PrivateKey& key, ByteView encrypted,
                                 std::span<const std::size_t> accepted_lengths);

struct OaepParameters {
  DigestAlgorithm digest = DigestAlgorithm::Sha1;
  DigestAlgorithm mgf1_digest = DigestAlgorithm::Sha1;
  Bytes label = {};
};
Result<Bytes> rsa_oaep_encrypt(const PublicKey& key, ByteView content_key, const OaepParameters& parameters);
/// Every failure that the ciphertext can cause is crypto.key-unwrap.
Result<Secret> rsa_oaep_decrypt(const PrivateKey& key, ByteView encrypted, const OaepParameters& parameters);

}  // namespace sealgate::crypto
