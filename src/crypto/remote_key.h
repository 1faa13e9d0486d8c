#pragma once
// A private key that never comes here: a token keeps it and does the step that needs it (tokens/token_key.h). A
// PrivateKey that refers to one is used like any other; only its encodings are refused.

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/key_transport.h"
#include "crypto/signature.h"

namespace sealgate::crypto {

/// Of several threads at once. What the device cannot do just now is an error of class Environment, worth a retry;
/// what it can never do with this key is crypto.key-mismatch.
class RemoteKey {
 public:
  RemoteKey() = default;
  RemoteKey(const RemoteKey&) = delete;
  RemoteKey& operator=(const RemoteKey&) = delete;
  virtual ~RemoteKey() = default;

  /// Where it is, for messages; never a PIN.
  virtual std::string description() const = 0;
  /// As crypto::sign_digest(), which has checked the scheme against the type of the key and the digest's length.
  virtual Result<Bytes> sign_digest(const SignatureScheme& scheme, ByteView digest) const = 0;
  /// The block that lies under PKCS#1 v1.5 encryption, as long as the modulus; zeros for anything that has none, so
  /// that the caller's answer does not show which (RFC 3218).
  virtual Result<Secret> rsa_block(ByteView encrypted) const = 0;
  /// crypto.key-unwrap for every failure that the ciphertext can cause.
  virtual Result<Secret> rsa_oaep_decrypt(ByteView encrypted, const OaepParameters& parameters) const = 0;
  /// The x coordinate of the shared point, as long as the field. `peer_point`: uncompressed, validated by the caller.
  virtual Result<Secret> ecdh(ByteView peer_point) const = 0;
};

}  // namespace sealgate::crypto
