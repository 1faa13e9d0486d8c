#pragma once
// A new key for an account, while everything goes on working:
//
//   1. ACCOUNT.key.next is made, durable. From now on it wraps; both keys open.
//   2. Every wrapped private key of the account's Personal store is opened and wrapped by the next key, and so is the
//      account's copy of the master secret of credentials.
//   3. When none is left under the old key, ACCOUNT.key.next becomes ACCOUNT.key (one rename); the old key is gone.
//
// Ended at any instant, the next call goes on where it stopped. Where several computers share a store, each has its
// own copy of the key: step 1 alone on the first, ACCOUNT.key.next copied to the others, then the whole on every one.

#include <filesystem>
#include <string>

#include "certificates/certificate_store.h"
#include "credentials/storage.h"
#include "tokens/token_uri.h"

namespace sealgate::store {

struct RotationOptions {
  bool only_prepare = false;              ///< step 1 alone
  std::optional<tokens::TokenUri> token;  ///< wraps the new key; absent: as the old one was wrapped
  bool without_token = false;  ///< the new key lies in its file in clear even if a token wrapped the old one
};

struct RotationReport {
  std::string old_id;  ///< empty when there was none but the next key
  std::string new_id;
  std::size_t rewrapped = 0;   ///< by this call
  std::size_t total = 0;       ///< private keys of the account
  std::size_t secrets = 0;     ///< copies of the master secret of credentials that this call wrapped anew
  bool finished = false;       ///< the old key is no longer needed
  std::filesystem::path next;  ///< where the next key lies while it is not finished
};

/// store.rotation-under-way (--token while a next key is there), store.keys-left (private keys that open with neither
/// key: both stay), store.key-is-credential (the service manager has to hand over ACCOUNT.key.next), and the errors
/// of reading keys.
Result<RotationReport> rotate_account_key(certificates::CertificateStore& store, credentials::Storage& credentials,
                                          const std::filesystem::path& data, const std::string& account,
                                          const RotationOptions& options = {});

/// How many private keys of the account are in the store, and how many of them the key at hand opens.
struct WrappedKeys {
  std::size_t total = 0;
  std::size_t in_tokens = 0;  ///< of these: addresses of keys in tokens
};
Result<WrappedKeys> count_wrapped_keys(const certificates::CertificateStore& store, const std::string& account);

}  // namespace sealgate::store
