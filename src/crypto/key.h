#pragma once
// Public and private keys: cheap values that share one immutable OpenSSL key, safe to copy and to use from several
// threads at once. An empty key (default constructed) answers false in a condition; nothing else may be asked of it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/algorithms.h"

struct evp_pkey_st;

namespace sealgate::crypto {

class RemoteKey;

enum class KeyType {
  Rsa,
  RsaPss,  ///< an RSA key restricted to PSS signatures (id-RSASSA-PSS in the key)
  Dsa,
  Dh,  ///< X9.42 and PKCS#3 Diffie-Hellman
  Ec,  ///< NIST and other curves of X9.62
  X25519,
  Ed25519,
  Other
};

/// "RSA", "EC", ...
std::string_view name(KeyType type);
/// Below what is accepted without being allowed by name: RSA, DSA, DH under 2048 bits, EC under 224.
bool is_weak_key(KeyType type, int bits);

class PublicKey {
 public:
  PublicKey() = default;
  /// Shares an OpenSSL key (takes a reference of its own). For certificates/ and net/.
  static PublicKey from_native(evp_pkey_st* key);
  /// DER SubjectPublicKeyInfo. Fails with crypto.malformed-key, or crypto.parameters-missing for a DSA key that
  /// inherits its parameters.
  static Result<PublicKey> from_spki_der(ByteView spki);
  /// A DSA SubjectPublicKeyInfo without parameters, completed with the issuer's (RFC 3279 section 2.3.2).
  static Result<PublicKey> with_inherited_dsa_parameters(ByteView spki, const PublicKey& issuer);
  /// PEM "PUBLIC KEY" or DER SubjectPublicKeyInfo.
  static Result<PublicKey> load(ByteView data);

  explicit operator bool() const { return key_ != nullptr; }
  KeyType type() const;
  /// Of the modulus or the group.
  int bits() const;
  /// Largest signature or RSA ciphertext in bytes.
  std::size_t size() const;
  /// EC: dotted OID of the named curve; empty otherwise.
  std::string curve_oid() const;
  Result<Bytes> spki_der() const;
  /// Borrowed, valid as long as this object.
  evp_pkey_st* native() const { return key_.get(); }
  /// Same type, parameters and public part. Two empty keys are equal.
  friend bool operator==(const PublicKey& a, const PublicKey& b);

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

class PrivateKey {
 public:
  PrivateKey() = default;
  /// Shares an OpenSSL key (takes a reference of its own).
  static PrivateKey from_native(evp_pkey_st* key);
  /// A key that stays in a token (remote_key.h). It answers as any other, but cannot be encoded: crypto.key-stays.
  static PrivateKey from_remote(std::shared_ptr<const RemoteKey> remote, const PublicKey& public_key);
  /// PEM (the first private key block in the text; certificates around it are skipped) or DER; PKCS#8, encrypted
  /// PKCS#8, or the traditional forms of RSA, DSA and EC, encrypted ones included. Fails with
  /// crypto.password-required (it is encrypted and no password was given), crypto.wrong-password,
  /// crypto.no-private-key, crypto.malformed-key. PKCS#12 is certificates/ work.
  static Result<PrivateKey> load(ByteView data, const Secret* password = nullptr);
  static Result<PrivateKey> from_pkcs8_der(ByteView pkcs8);

  explicit operator bool() const { return key_ != nullptr; }
  KeyType type() const;
  int bits() const;
  std::size_t size() const;
  std::string curve_oid() const;
  /// The public half, sharing the same key object; comparing and encoding it shows public parts only.
  PublicKey public_key() const;
  /// Unencrypted PKCS#8 DER: for wrapping at rest.
  Result<Secret> pkcs8_der() const;
  /// PEM "ENCRYPTED PRIVATE KEY": AES-256-CBC, PBKDF2-HMAC-SHA256.
  Result<std::string> encrypted_pem(const Secret& password) const;
  /// PEM "PRIVATE KEY", in clear.
  Result<Secret> pem() const;
  /// Of a remote key: the public half.
  evp_pkey_st* native() const { return key_.get(); }
  /// nullptr unless the key stays in a token.
  const RemoteKey* remote() const { return remote_.get(); }
  /// crypto.key-stays for a remote key.
  Result<> check_exportable() const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<const RemoteKey> remote_;
};

/// True when the private key belongs to the public key.
bool matches(const PrivateKey& private_key, const PublicKey& public_key);

// --- generation: tests, demonstration, first certificates
// --------------------------------------------------------------

Result<PrivateKey> generate_rsa(int bits);
/// "P-256", "P-384", "P-521" or another name that OpenSSL knows.
Result<PrivateKey> generate_ec(std::string_view curve);
Result<PrivateKey> generate_ed25519();
Result<PrivateKey> generate_x25519();
/// X9.42 Diffie-Hellman in the 2048-bit group with a 256-bit subgroup of RFC 5114 section 2.3.
Result<PrivateKey> generate_dh();
/// DSA, 2048/256: parameters are made anew, which takes seconds. For tests.
Result<PrivateKey> generate_dsa(int bits = 2048);

}  // namespace sealgate::crypto
