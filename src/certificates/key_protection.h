#pragma once
// Private keys at rest. Every account has a key of its own (32 random bytes that live outside the database); it wraps
// the private keys of that account's Personal store with AES-256-GCM. The account's name and the certificate's
// thumbprint are authenticated, so a wrapped key can neither be moved to another account nor be put under another
// certificate.

#include <optional>
#include <string>
#include <vector>

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

  /// `key` must have 32 bytes (certificates.bad-account-key). Where keys come from: store/common/account_keys.h.
  static Result<AccountKey> from_bytes(std::string account, Secret key);
  static Result<AccountKey> generate(std::string account);

  const std::string& account() const { return account_; }
  /// What wraps.
  const Secret& secret() const { return key_; }
  /// 16 hex digits that tell keys apart and betray nothing of them.
  std::string id() const;
  /// While the key is being renewed: what was wrapped under `older` opens, too; what is wrapped from now on is not.
  AccountKey with_older(const AccountKey& older) const;
  const std::vector<Secret>& older() const { return older_; }
  AccountKey clone() const;

 private:
  AccountKey(std::string account, Secret key) : account_(std::move(account)), key_(std::move(key)) {}
  std::string account_;
  Secret key_;
  std::vector<Secret> older_;
};

/// "SGK1", 12 bytes nonce, ciphertext of the PKCS#8 encoding, 16 bytes tag. `certificate` is the SHA-256 thumbprint.
Result<Bytes> wrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                               const crypto::PrivateKey& key);

/// certificates.key-unwrap-failed when the account key is another one, or the wrapped key was changed or moved.
Result<crypto::PrivateKey> unwrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                                              ByteView wrapped);

/// For a private key that stays in a token: "SGT1" and its address (tokens/token_uri.h), sealed likewise, so that
/// whoever can write to the database cannot make us load another library or use another key.
Result<Bytes> wrap_token_address(const AccountKey& account_key, const Thumbprint& certificate, std::string_view uri);
bool is_token_address(ByteView wrapped);
/// certificates.key-unwrap-failed.
Result<std::string> unwrap_token_address(const AccountKey& account_key, const Thumbprint& certificate,
                                         ByteView wrapped);

/// The same content under the account's newest key, whichever of the two kinds it is; absent when it is under that
/// already. certificates.key-unwrap-failed.
Result<std::optional<Bytes>> rewrap(const AccountKey& account_key, const Thumbprint& certificate, ByteView wrapped);

}  // namespace sealgate::certificates
