#pragma once
// Affiliate applications, mappings and the master secret of an opened store, worked on in somebody's name. No value
// of a masked field ever leaves here.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "credentials/directory.h"
#include "credentials/master_secret.h"
#include "store/common/account_keys.h"
#include "store/common/store.h"

namespace sealgate::admin {

/// Not thread-safe: one for each piece of work.
class CredentialDesk {
 public:
  /// `data`: where the key files of accounts are; `by`: who works, for the record. `store` must outlive it.
  CredentialDesk(store::Store& store, std::string data, std::string by,
                 std::unique_ptr<credentials::Auditor> auditor);
  CredentialDesk(const CredentialDesk&) = delete;
  CredentialDesk& operator=(const CredentialDesk&) = delete;

  credentials::Directory& directory() { return directory_; }
  /// `make_keys`: accounts without a key get one.
  credentials::MasterSecrets secrets(bool make_keys);

 private:
  Result<certificates::AccountKey> held_key(const std::string& account, bool make);

  store::Store& store_;
  std::string data_;
  std::string by_;
  std::vector<store::HeldAccountKey> held_;  ///< until this dies: a renewal of theirs waits
  std::unique_ptr<credentials::Auditor> auditor_;
  credentials::Keyring keyring_;
  credentials::Directory directory_;
};

/// What may be changed of an application. Absent: it stays as it is.
struct ApplicationChange {
  std::optional<std::string> description = {}, contact = {};
  std::optional<bool> enabled = {}, allow_tickets = {}, validate_tickets = {};
  std::optional<std::string> ticket_lifetime = {};              ///< "5m"; "group": as the group has it
  std::optional<std::vector<std::string>> administrators = {};  ///< replaces those that there are
  std::optional<std::vector<std::string>> users = {};           ///< the same; {"mapped"}: everyone who is mapped
};
/// credentials.bad-principal, credentials.bad-setting. On an error `application` may be changed in part.
Result<> apply(const ApplicationChange& change, credentials::Application& application);
/// Nothing is changed when the change is refused. credentials.no-such-application and those of apply().
Result<> update_application(credentials::Directory& directory, const std::string& name,
                            const ApplicationChange& change);
/// "5m"; credentials.bad-setting names where it stands.
Result<std::chrono::milliseconds> ticket_lifetime_of(const std::string& text, const std::string& where);

/// The accounts that the hosts run as, sorted; "default" when there is no host.
Result<std::vector<std::string>> accounts_of_hosts(store::Store& store);
/// The send ports that look up credentials there, backup transports included.
std::vector<std::string> ports_of_application(const artifacts::ArtifactSet& set, const std::string& application);

nlohmann::ordered_json application_json(const credentials::ListedApplication& listed);
/// In the order in which they are asked; masked values are null.
nlohmann::ordered_json mappings_json(const credentials::Application& application,
                                     const std::vector<credentials::ListedMapping>& mappings);
nlohmann::ordered_json secret_json(const credentials::SecretStatus& status);
nlohmann::ordered_json ticket_settings_json(const credentials::SystemSettings& settings);

}  // namespace sealgate::admin
