#pragma once
// Random bytes from OpenSSL's generator, which reseeds itself from the kernel and after fork().

#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

namespace sealgate::crypto {

/// Fills the buffer; for nonces, IVs, salts, identifiers. Fails with crypto.internal-failure only.
Result<> random_fill(std::span<Byte> buffer);
Result<Bytes> random_bytes(std::size_t size);
/// The same from the generator that is kept apart for secrets.
Result<Secret> random_secret(std::size_t size);
/// A fresh content-encryption key for this cipher (odd parity for DES and 3DES).
Result<Secret> random_content_key(ContentCipher cipher);

}  // namespace sealgate::crypto
