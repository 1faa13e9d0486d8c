#pragma once
// Private keys at rest. Every account has a key of its own (32 random bytes that live in a key file outside the
// database); it wraps the private keys of that account's Personal store with AES-256-GCM. The account's name and the
// certificate's thumbprint are authenticated, so a wrapped key can neither be moved to another account nor be put
// under another certificate.

#include <string>

#include "base/bytes.h"
#include "base/secret.h"
#include "certificates/thumbprint.h"
#include "crypto/key.h"

namespace sealgate::certificates {

/// 1 to 64 characters of a-z A-Z 0-9 . _ - and not starting with a dot; else certificates.bad-account-name.
Result<> check_account_name(std::string_view account);

class AccountKey {
 public:
  static constexpr std::size_t kSize = 32;

  /// `key` must have 32 bytes (certificates.bad-account-key). Reading the key file and checking its owner and mode is
  /// done by store/account_key_file.h.
  static Result<AccountKey> from_bytes(std::string account, Secret key);
  static Result<AccountKey> generate(std::string account);

  const std::string& account() const { return account_; }
  const Secret& secret() const { return key_; }
  AccountKey clone() const { return AccountKey(account_, key_.clone()); }

 private:
  AccountKey(std::string account, Secret key) : account_(std::move(account)), key_(std::move(key)) {}
  std::string account_;
  Secret key_;
};

/// "SGK1", 12 bytes nonce, ciphertext of the PKCS#8 encoding, 16 bytes tag. `certificate` is the SHA-256 thumbprint.
Result<Bytes> wrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                               const crypto::PrivateKey& key);

/// certificates.key-unwrap-failed when the account key is another one, or the wrapped key was changed or moved.
Result<crypto::PrivateKey> unwrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                                              ByteView wrapped);

}  // namespace sealgate::certificates
