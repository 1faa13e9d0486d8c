#include "hosts/configuration.h"

#include "hosts/reports.h"

namespace sealgate::hosts {
namespace {

messaging::Subscription subscription_of(const artifacts::SendPort& port, const messaging::Filter& filter) {
  messaging::Subscription subscription;
  subscription.port = port.name;
  subscription.filter = filter;
  subscription.started = port.state == artifacts::SendPortState::Started;
  subscription.priority = port.priority;
  subscription.ordered = port.ordered_delivery.has_value();
  return subscription;
}

PortAdapters adapters_of(const artifacts::SendPort& port, std::size_t at_once, const Sender& sender,
                         const PortAdapterMaker& make_adapter) {
  PortAdapters made;
  if (port.dynamic) {
    made.dynamic = std::make_shared<DynamicAdapters>(
        [make_adapter, sender](const artifacts::SendTransport& transport) { return make_adapter(transport, sender); },
        at_once);
  } else {
    made.primary = make_adapter(port.transport, sender);
  }
  if (port.backup) made.backup = make_adapter(port.backup->transport, sender);
  return made;
}

}  // namespace

void PortAdapters::cancel() const {
  if (primary != nullptr) primary->cancel();
  if (backup != nullptr) backup->cancel();
  if (dynamic != nullptr) dynamic->cancel();
}

std::pair<const artifacts::ReceivePort*, const artifacts::ReceiveLocation*> Configuration::find_location(
    std::string_view name) const {
  const auto found = location_places.find(name);
  if (found == location_places.end()) return {nullptr, nullptr};
  const artifacts::ReceivePort& port = artifacts.set.receive_ports[found->second.first];
  return {&port, &port.locations[found->second.second]};
}

std::size_t Configuration::concurrency_of(std::string_view send_port) const {
  const artifacts::SendPort* port = artifacts.set.find_send_port(send_port);
  if (port == nullptr) return 1;
  if (port->maximum_concurrency > 0) return static_cast<std::size_t>(port->maximum_concurrency);
  const artifacts::Host* host = artifacts.set.find_host(port->host);
  return static_cast<std::size_t>(host == nullptr ? artifacts::Host{}.send_threads : host->send_threads);
}

std::shared_ptr<const Configuration> make_configuration(artifacts::Snapshot snapshot,
                                                        std::shared_ptr<const pipeline::CertificateView> certificates,
                                                        const PortAdapterMaker& make_adapter,
                                                        messaging::TrackingLog* tracking,
                                                        UnknownSenders* unknown_senders,
                                                        credentials::Service* credentials) {
  auto made = std::make_shared<Configuration>();
  made->artifacts = std::move(snapshot);
  made->certificates = std::move(certificates);
  made->tracking = tracking;
  made->unknown_senders = unknown_senders;
  made->credentials = credentials;
  made->parties = pipeline::PartyIndex(made->artifacts.set);
  const artifacts::ArtifactSet& set = made->artifacts.set;
  made->subscriptions = messaging::SubscriptionIndex(subscriptions_of(set));
  made->acknowledgements_wanted = asks_for_acknowledgements(made->subscriptions);
  for (const artifacts::SendPort& port : set.send_ports) {
    made->send_adapters.emplace(port.name, adapters_of(port, made->concurrency_of(port.name),
                                                       sender_of(port, set, made->certificates), make_adapter));
  }
  for (std::size_t port = 0; port < set.receive_ports.size(); ++port) {
    const auto& locations = set.receive_ports[port].locations;
    for (std::size_t i = 0; i < locations.size(); ++i) made->location_places[locations[i].name] = {port, i};
  }
  return made;
}

std::vector<messaging::Subscription> subscriptions_of(const artifacts::ArtifactSet& set) {
  std::vector<messaging::Subscription> subscriptions;
  for (const artifacts::SendPort& port : set.send_ports) {
    if (port.state != artifacts::SendPortState::Bound) subscriptions.push_back(subscription_of(port, port.filter));
  }
  for (const artifacts::SendPortGroup& group : set.send_port_groups) {
    if (group.state == artifacts::SendPortState::Bound) continue;
    for (const std::string& member : group.send_ports) {
      const artifacts::SendPort* port = set.find_send_port(member);
      if (port == nullptr) continue;
      // A group delivers to its bound members too: what they get waits for their start.
      auto subscription = subscription_of(*port, group.filter);
      subscription.group = group.name;
      subscription.group_started = group.state == artifacts::SendPortState::Started;
      subscriptions.push_back(std::move(subscription));
    }
  }
  return subscriptions;
}

}  // namespace sealgate::hosts
