#pragma once
// What we are compared with: the same work done by libcrypto alone, in two ways.
//
// Primitives: the bare cryptographic steps of one message and nothing else, no BER and no MIME; the floor that nobody
// gets below. Cms: libcrypto's own CMS_sign, CMS_encrypt, CMS_decrypt, CMS_verify on DER in memory.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bench {

using Bytes = std::vector<unsigned char>;

class PlainLibcrypto {
 public:
  /// PEM texts. `signer` holds key and certificate, `recipient` too; `anchor` is the root of both.
  PlainLibcrypto(const std::string& signer, const std::string& recipient, const std::string& anchor);
  PlainLibcrypto(const PlainLibcrypto&) = delete;
  PlainLibcrypto& operator=(const PlainLibcrypto&) = delete;
  ~PlainLibcrypto();

  struct Sealed {
    Bytes ciphertext;
    Bytes encrypted_key;
    Bytes iv;
    Bytes attributes;
    Bytes signature;
  };
  /// Two SHA-256, one RSA signature, AES-256-CBC, one RSA encryption, 48 random bytes.
  Sealed primitives_encode(std::span<const unsigned char> content);
  /// One RSA decryption, AES-256-CBC, two SHA-256, one RSA verification, and the signer's chain.
  bool primitives_decode(const Sealed& sealed);

  Bytes cms_encode(std::span<const unsigned char> content);
  Bytes cms_decode(const Bytes& message);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
