#pragma once
// Is this MIME at all? For inputs that may be an entity with headers, raw CMS or opaque data.

#include <cstddef>

#include "base/bytes.h"

namespace sealgate::mime {

enum class Sniff { Mime, NotMime, NeedMore };

/// Enough bytes for looks_like_mime() never to say NeedMore.
inline constexpr std::size_t kSniffBytes = 1024;

/// Mime when the data begins with a header field (RFC 5322 name, colon) whose header block holds on as far as seen:
/// the first line is a field, after an optional mbox line and blank lines. `at_end`: there is no more input. NeedMore
/// only while the first line is incomplete and shorter than kSniffBytes.
Sniff looks_like_mime(ByteView prefix, bool at_end = false);

/// BizTalk's test: a MIME-Version field at the start of a line within the first `window` bytes.
bool has_mime_version(ByteView prefix, std::size_t window = 1024);

}  // namespace sealgate::mime
