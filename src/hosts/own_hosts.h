#pragma once
// Which hosts this process runs: all, or those of the accounts that it was started for. A private key is opened by a
// process of its account alone, so that the users of two accounts can share one group without sharing keys.

#include <string>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::hosts {

class OwnHosts {
 public:
  /// Empty: every account.
  explicit OwnHosts(std::vector<std::string> accounts = {}) : accounts_(std::move(accounts)) {}

  const std::vector<std::string>& accounts() const { return accounts_; }
  bool runs_account(const std::string& account) const;
  /// A host that the configuration does not know is run by everybody: its work is refused with an error.
  bool runs(const artifacts::ArtifactSet& set, const std::string& host) const;
  /// Names of ports whose work is left to other processes.
  std::vector<std::string> foreign_ports(const artifacts::ArtifactSet& set) const;
  /// The same configuration without the locations and listeners that other processes run.
  artifacts::ArtifactSet without_foreign_locations(artifacts::ArtifactSet set) const;

 private:
  std::vector<std::string> accounts_;
};

/// "A, B": the hosts that run as this account.
std::string hosts_of(const artifacts::ArtifactSet& set, const std::string& account);

}  // namespace sealgate::hosts
