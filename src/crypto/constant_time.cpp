#include "crypto/constant_time.h"

#include <openssl/crypto.h>

namespace sealgate::crypto {

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace sealgate::crypto
