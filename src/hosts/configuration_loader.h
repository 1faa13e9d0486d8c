#pragma once
// Follows the configuration and the certificates in the store: asks for their revisions, and makes the next snapshot
// when one of them changed.

#include <chrono>
#include <functional>
#include <optional>

#include "hosts/certificate_loader.h"
#include "hosts/configuration.h"
#include "store/common/store.h"

namespace sealgate::hosts {

/// Of one thread at a time.
class ConfigurationLoader {
 public:
  /// All must outlive it.
  ConfigurationLoader(store::Store& store, ConfigurationHolder& holder, AccountKeySource account_keys,
                      PortAdapterMaker make_adapter, UnknownSenders* unknown_senders = nullptr)
      : store_(store),
        holder_(holder),
        account_keys_(std::move(account_keys)),
        make_adapter_(std::move(make_adapter)),
        unknown_senders_(unknown_senders) {}

  /// Opens the Personal stores of these alone. Before the first refresh().
  void run_only(OwnHosts hosts) { own_hosts_ = std::move(hosts); }
  /// Whom the next snapshots of certificates ask over the network. It must outlive them.
  void ask_online(certificates::StatusService* online) { online_ = online; }
  /// Who gives the next snapshots tickets of single sign-on. It must outlive them.
  void issue_tickets(credentials::Service* credentials) { credentials_ = credentials; }
  /// True when the holder has a new configuration. An error leaves the old one.
  Result<bool> refresh();
  /// Of the snapshot in use; 0 before the first.
  std::uint64_t certificate_revision() const { return certificate_revision_.value_or(0); }

 private:
  store::Store& store_;
  ConfigurationHolder& holder_;
  AccountKeySource account_keys_;
  PortAdapterMaker make_adapter_;
  UnknownSenders* unknown_senders_;
  OwnHosts own_hosts_;
  certificates::StatusService* online_ = nullptr;
  credentials::Service* credentials_ = nullptr;
  std::optional<std::uint64_t> certificate_revision_;
  std::chrono::steady_clock::time_point next_keys_;
};

}  // namespace sealgate::hosts
