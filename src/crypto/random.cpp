#include "crypto/random.h"

#include <openssl/rand.h>

#include <bit>

#include "crypto/detail/openssl.h"

namespace sealgate::crypto {

Result<> random_fill(std::span<Byte> buffer) {
  if (!buffer.empty() && RAND_bytes_ex(nullptr, buffer.data(), buffer.size(), 0) != 1) {
    return detail::library_failure("making random bytes");
  }
  return {};
}

Result<Bytes> random_bytes(std::size_t size) {
  Bytes bytes(size);
  SG_TRY(random_fill(bytes));
  return bytes;
}

Result<Secret> random_secret(std::size_t size) {
  Secret secret(size);
  if (size != 0 && RAND_priv_bytes_ex(nullptr, secret.data(), size, 0) != 1) {
    return detail::library_failure("making random bytes");
  }
  return secret;
}

Result<Secret> random_content_key(ContentCipher cipher) {
  SG_TRY_ASSIGN(Secret key, random_secret(key_size(cipher)));
  if (cipher == ContentCipher::DesCbc || cipher == ContentCipher::Des3Cbc) {
    // Some receivers check the parity bits of DES keys.
    for (std::size_t i = 0; i < key.size(); ++i) {
      Byte& byte = key.data()[i];
      if (std::popcount(byte) % 2 == 0) byte ^= 1;
    }
  }
  return key;
}

}  // namespace sealgate::crypto
