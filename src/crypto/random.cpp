#include "crypto/random.h"

#include <openssl/rand.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>

#include "crypto/detail/openssl.h"

namespace sealgate::crypto {

namespace {

/// Asking OpenSSL's generator takes as long for 16 octets as for 256, and a message asks it for several identifiers.
/// What is given out is forgotten here.
class Stock {
 public:
  static constexpr std::size_t kLargest = 32;

  Result<> take(std::span<Byte> wanted) {
    // A child of fork() must not give out what its parent gives out.
    const ::pid_t process = ::getpid();
    if (left_ < wanted.size() || process != process_) {
      left_ = 0;
      SG_TRY(random_fill(octets_));
      left_ = octets_.size();
      process_ = process;
    }
    left_ -= wanted.size();
    std::copy_n(octets_.begin() + static_cast<std::ptrdiff_t>(left_), wanted.size(), wanted.begin());
    wipe(octets_.data() + left_, wanted.size());
    return {};
  }

 private:
  std::array<Byte, 256> octets_{};
  std::size_t left_ = 0;
  ::pid_t process_ = -1;
};

}  // namespace

Result<> random_fill(std::span<Byte> buffer) {
  if (!buffer.empty() && buffer.size() <= Stock::kLargest) {
    static thread_local Stock stock;
    return stock.take(buffer);
  }
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
