#pragma once
// CMS comes as BER or DER, in PEM armor with any label, or as bare base64. The first octets tell which.

#include <memory>
#include <optional>

#include "base/sink.h"
#include "cms/limits.h"

namespace sealgate::cms {

enum class Format {
  Ber,     ///< starts with a SEQUENCE; DER is BER
  Pem,     ///< "-----BEGIN <anything>-----"
  Base64,  ///< base64 text of a SEQUENCE without armor
  Other    ///< none of these: a MIME entity, text, something else
};

/// Enough octets for sniff_format() to decide.
inline constexpr std::size_t kFormatSniffBytes = 4096;

/// Decides from the first octets. Text in front of the armor (as `openssl` and mail programs leave it) is looked
/// through within the prefix, unless it looks like a header field. Empty when more octets are needed; with `at_end`
/// there is always an answer.
std::optional<Format> sniff_format(ByteView prefix, bool at_end = false);

/// Turns PEM or base64 text into octets for `target` (borrowed; gets finish()). PEM: the first block is taken; its
/// encapsulated headers are skipped, and what stands behind the block is ignored unless it is a second block, which
/// is cms.trailing-data. Ber passes through. Text without a block is cms.not-cms.
std::unique_ptr<Sink> make_format_decoder(Format format, Sink& target);

/// Sniffs by itself (buffering at most kFormatSniffBytes), then decodes into `target`. Other is cms.not-cms.
std::unique_ptr<Sink> make_auto_decoder(Sink& target);

}  // namespace sealgate::cms
