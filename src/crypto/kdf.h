#pragma once
// Key derivation: PBKDF2 (RFC 8018), HKDF (RFC 5869), Argon2id (RFC 9106).

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

namespace sealgate::crypto {

/// More iterations than this in a message are refused with crypto.bad-parameter: they would be an attack on our time.
inline constexpr std::uint32_t kMaxPbkdf2Iterations = 10'000'000;

Result<Secret> pbkdf2(DigestAlgorithm prf, ByteView password, ByteView salt, std::uint32_t iterations,
                      std::size_t length);
/// Extract and expand. At most 255 digests long.
Result<Secret> hkdf(DigestAlgorithm digest, ByteView key, ByteView salt, ByteView info, std::size_t length);

/// Cost of argon2id; stored next to what it protects. The defaults take about 0.1 s and 64 MiB.
struct Argon2Cost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 65536;
  std::uint32_t lanes = 1;
};
/// `salt` has at least 8 bytes.
Result<Secret> argon2id(ByteView password, ByteView salt, const Argon2Cost& cost, std::size_t length);

}  // namespace sealgate::crypto
