#pragma once
// Wrapping a content-encryption key under a key-encryption key: AES (RFC 3394), 3DES and RC2 (RFC 3217), and the
// password form PWRI-KEK (RFC 3211 section 2.3). Every failure to unwrap is crypto.key-unwrap without a reason.

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

namespace sealgate::crypto {

/// `kek` has key_size(wrap) bytes. AES wraps multiples of 8 bytes from 16 up (crypto.bad-parameter otherwise), 3DES
/// 24 bytes, RC2 1 to 255. `fixed_iv` (8 bytes) and `fixed_padding` are for known answers only.
Result<Bytes> wrap_key(KeyWrap wrap, ByteView kek, ByteView content_key, ByteView fixed_iv = {},
                       ByteView fixed_padding = {});
Result<Secret> unwrap_key(KeyWrap wrap, ByteView kek, ByteView wrapped);

/// RFC 3211: `cipher` is the CBC cipher of the PWRI-KEK parameters, `iv` its IV.
Result<Bytes> pwri_wrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView content_key);
Result<Secret> pwri_unwrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView wrapped);

}  // namespace sealgate::crypto
