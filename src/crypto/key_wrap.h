#pragma once
// Wrapping a content-encryption key under a key-encryption key: AES (RFC 3394), 3DES and RC2 (RFC 3217), and the
// password form PWRI-KEK (RFC 3211 section 2.3). Every failure to unwrap is crypto.key-unwrap without a reason.

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

namespace sealgate::crypto {

struct KeyWrapOptions {
  /// RC2: from the wrap's RC2ParameterVersion; 40, 64 or 128. RFC 3370 section 4.3.2 demands 128.
  int rc2_effective_bits = 128;
  /// For known answers only: 8 bytes instead of a random IV (3DES, RC2) and of random padding (RC2).
  ByteView fixed_iv = {};
  ByteView fixed_padding = {};
};

/// `kek` has key_size(wrap) bytes. AES wraps multiples of 8 bytes from 16 up to 256, 3DES 24 bytes, RC2 1 to 255;
/// crypto.bad-parameter for other lengths.
Result<Bytes> wrap_key(KeyWrap wrap, ByteView kek, ByteView content_key, const KeyWrapOptions& options = {});
Result<Secret> unwrap_key(KeyWrap wrap, ByteView kek, ByteView wrapped, const KeyWrapOptions& options = {});

/// RFC 3211: `cipher` is the CBC cipher of the PWRI-KEK parameters, `iv` its IV.
Result<Bytes> pwri_wrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView content_key);
Result<Secret> pwri_unwrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView wrapped);

}  // namespace sealgate::crypto
