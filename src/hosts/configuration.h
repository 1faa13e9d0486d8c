#pragma once
// What the gateway works by at one moment: artifacts, certificates, subscriptions, send adapters. Immutable; a
// message sees one configuration from its first byte to its last, while a change replaces it for those that come
// later.

#include <map>
#include <memory>
#include <mutex>

#include "adapters/common/adapter.h"
#include "artifacts/artifact_store.h"
#include "credentials/look_up.h"
#include "hosts/dynamic_adapters.h"
#include "hosts/sender.h"
#include "messaging/routing.h"
#include "messaging/tracking_log.h"
#include "pipeline/certificate_view.h"
#include "pipeline/party_index.h"

namespace sealgate::hosts {

class UnknownSenders;

/// What sends for one send port.
struct PortAdapters {
  std::shared_ptr<adapters::SendAdapter> primary;  ///< null for a dynamic port
  std::shared_ptr<adapters::SendAdapter> backup;   ///< null without one
  std::shared_ptr<DynamicAdapters> dynamic;        ///< for a dynamic port
  void cancel() const;
};

struct Configuration {
  artifacts::Snapshot artifacts;
  std::shared_ptr<const pipeline::CertificateView> certificates;
  messaging::SubscriptionIndex subscriptions;
  std::map<std::string, PortAdapters, std::less<>> send_adapters;  ///< by port

  bool acknowledgements_wanted = false;         ///< some subscription asks for them
  messaging::TrackingLog* tracking = nullptr;   ///< keeps tracked bodies; null: none are kept
  UnknownSenders* unknown_senders = nullptr;    ///< null: messages of nobody known are neither counted nor limited
  credentials::Service* credentials = nullptr;  ///< gives tickets; null: none are given
  pipeline::PartyIndex parties;                 ///< of `artifacts`

  /// The location and the port it belongs to; nullptrs when there is none of that name.
  std::pair<const artifacts::ReceivePort*, const artifacts::ReceiveLocation*> find_location(
      std::string_view name) const;
  /// How many messages the port may have in transmission at a time in this process: its own maximum, else that of its
  /// host; 1 for a port that is no more. A dynamic port may have so many for each of its destinations.
  std::size_t concurrency_of(std::string_view send_port) const;

  /// Name of a location to its places in the lists; made by make_configuration().
  std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> location_places;
};

using ConfigurationRef = std::shared_ptr<const Configuration>;

/// Makes what sends by a transport for a send port. What it is given may be kept.
using PortAdapterMaker = std::function<std::shared_ptr<adapters::SendAdapter>(
    const artifacts::SendTransport& transport, const Sender& sender)>;

/// `tracking`, `unknown_senders` and `credentials` must outlive it.
std::shared_ptr<const Configuration> make_configuration(artifacts::Snapshot snapshot,
                                                        std::shared_ptr<const pipeline::CertificateView> certificates,
                                                        const PortAdapterMaker& make_adapter,
                                                        messaging::TrackingLog* tracking = nullptr,
                                                        UnknownSenders* unknown_senders = nullptr,
                                                        credentials::Service* credentials = nullptr);

/// The current configuration, for many readers and one writer.
class ConfigurationHolder {
 public:
  /// Null before the first set().
  ConfigurationRef get() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void set(ConfigurationRef next) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  ConfigurationRef current_;
};

/// Enlisted send ports and send port groups as subscriptions; a bound one has none.
std::vector<messaging::Subscription> subscriptions_of(const artifacts::ArtifactSet& set);

}  // namespace sealgate::hosts
