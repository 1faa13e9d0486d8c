#pragma once
// The master secret in memory. It is wrapped once for each account that may open it; unwrapped it is kept, and opened
// anew when the wrapped form changes.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "certificates/key_protection.h"
#include "credentials/seal.h"
#include "credentials/storage.h"

namespace sealgate::credentials {

/// The key of an account (store/common/account_keys.h).
using AccountKeySource = std::function<Result<certificates::AccountKey>(const std::string& account)>;

/// The generations that are there, opened.
class Secrets {
 public:
  void add(std::shared_ptr<const MasterSecret> secret);
  /// What seals.
  const MasterSecret& newest() const { return *secrets_.rbegin()->second; }
  bool empty() const { return secrets_.empty(); }
  /// nullptr: not among them.
  const MasterSecret* find(std::int64_t generation) const;
  /// credentials.damaged.
  Result<Secret> open(const SealedRecord& record) const;

 private:
  std::map<std::int64_t, std::shared_ptr<const MasterSecret>> secrets_;
};

/// Thread-safe.
class Keyring {
 public:
  explicit Keyring(AccountKeySource account_keys) : account_keys_(std::move(account_keys)) {}

  /// As this account. credentials.no-master-secret, credentials.not-granted, credentials.secret-unwrap-failed, and
  /// the errors of reading the account's key.
  Result<Secrets> open(const Contents& contents, const std::string& account);
  /// As the first account whose key is at hand: for administrators. The error of the first when none opens.
  Result<Secrets> open_as_any(const Contents& contents);

 private:
  Result<std::shared_ptr<const MasterSecret>> unwrap(const WrappedSecret& wrapped);

  AccountKeySource account_keys_;
  std::mutex mutex_;
  struct Opened {
    Bytes wrapped;
    std::shared_ptr<const MasterSecret> secret;
  };
  std::map<std::pair<std::int64_t, std::string>, Opened> opened_;
};

}  // namespace sealgate::credentials
