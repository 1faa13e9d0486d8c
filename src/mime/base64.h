#pragma once
// Base64 (RFC 4648 section 4) of small values in one call, for headers and digests. Streams: transfer_encoding.h.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::mime {

/// Without line ends, with padding.
std::string base64_encode(ByteView bytes);
/// Strict but for white space, which is skipped: fails with mime.base64.
Result<Bytes> base64_decode(std::string_view text);

}  // namespace sealgate::mime
