#pragma once
// The life of the master secret: made once, opened by the accounts that may, changed while everything goes on
// working, backed up under a password, restored.

#include <string>
#include <vector>

#include "credentials/audit.h"
#include "credentials/keyring.h"

namespace sealgate::credentials {

/// Called at named moments at which a crash must do no harm: "secret.generation-added", "secret.resealed".
using CrashPoint = void (*)(std::string_view name);

struct SecretStatus {
  std::int64_t generation = 0;  ///< 0: there is none
  std::string id = {};          ///< empty when no account at hand opens it
  Time made = {};
  std::vector<std::string> accounts = {};  ///< that may open it
  bool being_changed = false;              ///< an earlier generation is still there
};

struct SecretChange {
  std::string old_id = {}, new_id = {};
  std::uint64_t resealed = 0;  ///< records, by this call
};

/// Everything here is recorded under its name: create, grant, revoke, rotate, restore, backup.
class MasterSecrets {
 public:
  /// `wrapping_keys` gives keys of accounts for wrapping: who implements it holds them until this is done, so that a
  /// renewal of such a key waits. All must outlive it.
  MasterSecrets(Storage& storage, AccountKeySource keys, AccountKeySource wrapping_keys, Auditor& auditor,
                const Clock& clock, std::string by, CrashPoint crash_point = nullptr);

  Result<SecretStatus> status();
  /// The first secret, for these accounts; also writes the settings. credentials.master-secret-exists.
  Result<SecretStatus> create(const std::vector<std::string>& accounts);
  /// Lets the account open it, too.
  Result<> grant(const std::string& account);
  /// credentials.not-granted, credentials.last-account. What the account has read it knows: change the secret and the
  /// credentials when that matters.
  Result<> revoke(const std::string& account);

  /// A new secret: it is wrapped for all accounts, then every record is sealed anew in batches, then the old one
  /// goes. Both open until then. Ended at any instant, the next call goes on. Tickets that are out stay good unless
  /// `discard_tickets`. Needs the keys of all accounts.
  Result<SecretChange> rotate(bool discard_tickets = false);

  /// Text: the secret under a key from the password (argon2id, AES-256-GCM). credentials.weak-password for less than
  /// kShortestPassword bytes.
  Result<std::string> backup(const Secret& password);
  /// Wraps the secret of a backup for these accounts, in place of how it is wrapped now. It must be the one that
  /// sealed what is stored (credentials.other-secret); into an empty store any may go. credentials.bad-backup,
  /// credentials.wrong-password.
  Result<SecretStatus> restore(std::string_view backup, const Secret& password,
                               const std::vector<std::string>& accounts);

 private:
  Result<SealedRecord> kept_ticket_key(const MasterSecret& secret, const MasterSecret& sealing);
  Result<> add_generation(const Contents& contents, std::int64_t generation);
  Result<std::uint64_t> reseal(std::int64_t generation);
  Result<> finish(std::int64_t generation, bool discard_tickets);
  Result<> record(std::string action, const std::string& account);
  void pass(std::string_view point) const {
    if (crash_point_ != nullptr) crash_point_(point);
  }

  Storage& storage_;
  AccountKeySource wrapping_keys_;
  Keyring keyring_;
  Auditor& auditor_;
  const Clock& clock_;
  std::string by_;
  CrashPoint crash_point_;
};

/// For the renewal of an account's key: wraps the account's copies of the secret by its newest key.
struct RewrappedSecrets {
  std::size_t total = 0;
  std::size_t found = 0;     ///< under an older key
  std::size_t replaced = 0;  ///< of these, wrapped anew; others were changed meanwhile
  std::size_t unopened = 0;
};
Result<RewrappedSecrets> rewrap_secrets(Storage& storage, const certificates::AccountKey& key);

}  // namespace sealgate::credentials
