#pragma once
// What the gateway works by at one moment: artifacts, certificates, subscriptions, send adapters. Immutable; a
// message sees one configuration from its first byte to its last, while a change replaces it for those that come
// later.

#include <map>
#include <memory>
#include <mutex>

#include "adapters/common/adapter.h"
#include "artifacts/artifact_store.h"
#include "messaging/routing.h"
#include "pipeline/certificate_view.h"

namespace sealgate::hosts {

struct Configuration {
  artifacts::Snapshot artifacts;
  std::shared_ptr<const pipeline::CertificateView> certificates;
  messaging::SubscriptionIndex subscriptions;
  std::map<std::string, std::shared_ptr<adapters::SendAdapter>, std::less<>> send_adapters;  ///< by port

  /// The location and the port it belongs to; nullptrs when there is none of that name.
  std::pair<const artifacts::ReceivePort*, const artifacts::ReceiveLocation*> find_location(
      std::string_view name) const;
};

using ConfigurationRef = std::shared_ptr<const Configuration>;

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

/// Enlisted send ports as subscriptions; a bound port has none.
std::vector<messaging::Subscription> subscriptions_of(const artifacts::ArtifactSet& set);

}  // namespace sealgate::hosts
