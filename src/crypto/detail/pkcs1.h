#pragma once
// Inside crypto/ only: taking a key out of an RSAES-PKCS1-v1_5 block (RFC 8017 section 7.2.2) without showing whether
// it was there.

#include <span>

#include "base/bytes.h"

namespace sealgate::crypto::detail {

/// `key` (as long as the longest accepted length at least) comes in filled with a substitute. If `block` is
/// 00 02 <8 or more non-zero bytes> 00 <key of an accepted length>, that key replaces it; otherwise nothing changes.
/// Memory access and branches depend on the lengths of the arguments only. Returns the length of the key:
/// the one found, or `fallback_length`.
std::size_t pkcs1_select_key(ByteView block, std::span<const std::size_t> accepted_lengths,
                             std::size_t fallback_length, std::span<Byte> key);

}  // namespace sealgate::crypto::detail
