#pragma once
// The universal hash of GCM (NIST SP 800-38D section 6.4), for one purpose: AAD that arrives after the content.
//
// AuthEnvelopedData puts its authAttrs behind the encrypted content (RFC 5083 section 2.2), yet GCM wants them in
// front. GHASH is linear, so the tag over (A, C) differs from the tag over (nothing, C) by
//     GHASH(A) * H^(m+1)  xor  (bits of A, 0) * H       with m = blocks of C.
// This keeps decryption one pass, however large the content.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace sealgate::crypto::detail {

/// `hash_key` is H = AES(key, 0), 16 bytes. Runs in time that depends on lengths only.
std::array<Byte, 16> late_aad_correction(ByteView hash_key, ByteView aad, std::uint64_t content_bytes);

}  // namespace sealgate::crypto::detail
