#pragma once
// AES-256-GCM for short secrets at rest (private keys under an account's key file). Content of messages goes through
// cipher.h.

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace sealgate::crypto {

inline constexpr std::size_t kAeadKeySize = 32;
/// What sealing adds: 12 bytes of random nonce in front, 16 bytes of tag behind.
inline constexpr std::size_t kAeadOverhead = 28;

/// nonce || ciphertext || tag. `context` is authenticated but not stored (for example the thumbprint and the
/// account): opening needs the same. One key is good for 2^32 seals (random nonces).
Result<Bytes> aead_seal(ByteView key, ByteView plaintext, ByteView context);
/// Fails with crypto.authentication for a wrong key, another context or damaged bytes.
Result<Secret> aead_open(ByteView key, ByteView sealed, ByteView context);

}  // namespace sealgate::crypto
