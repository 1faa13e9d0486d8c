#pragma once
// Finds the blocks of a PEM text (RFC 7468, and RFC 1421 headers of old encrypted keys). More lenient than OpenSSL:
// lines of any length, text around the blocks, a byte order mark, UTF-16 from Windows' editor. Private to
// certificates/.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace sealgate::certificates {

struct PemBlock {
  std::string label;         ///< "CERTIFICATE"
  bool has_headers = false;  ///< "Proc-Type: 4,ENCRYPTED" and the like
  std::string_view text;     ///< the whole block, BEGIN and END lines included; into the text given
  Secret content;            ///< decoded, wiped when it dies: it may be a private key; empty with headers
};

/// True when the text contains the start of a block.
bool looks_like_pem(std::string_view text);

/// All blocks in order; import.malformed with the number of the block at fault, import.too-many-objects past `limit`.
Result<std::vector<PemBlock>> split_pem(std::string_view text, std::size_t limit);

/// Base64 with blanks and line ends anywhere; absent when anything else is in it or the length is wrong.
std::optional<Bytes> decode_base64(std::string_view text);

/// Without a byte order mark, and from UTF-16 to ASCII where needed. Absent: the bytes may stay as they are.
std::optional<std::string> normalise_text(ByteView data);

}  // namespace sealgate::certificates
