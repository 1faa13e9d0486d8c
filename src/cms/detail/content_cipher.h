#pragma once
// Internal: contentEncryptionAlgorithm with its parameters (RFC 3370 section 5, RFC 3565, RFC 5084).

#include "cms/ber_cursor.h"
#include "crypto/algorithms.h"

namespace sealgate::cms::detail {

struct ContentCipherParameters {
  crypto::ContentCipher cipher;
  Bytes iv;
  std::size_t tag_size = 0;  ///< GCM: aes-ICVlen, 12 by default
};

/// Fails with unsupported-algorithm for unknown ciphers.
Result<ContentCipherParameters> parse_content_cipher(const AlgorithmId& algorithm);
Bytes content_cipher_der(const ContentCipherParameters& parameters);

/// "aes128-cbc", "rc2-cbc-40", or the OID of what we do not know: for reports.
std::string cipher_display_name(const AlgorithmId& algorithm);

/// Lengths that a content-encryption key for `cipher` may have: RC2 keys come in several.
std::vector<std::size_t> accepted_key_lengths(crypto::ContentCipher cipher);

}  // namespace sealgate::cms::detail
