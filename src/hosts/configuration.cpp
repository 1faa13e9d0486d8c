#include "hosts/configuration.h"

namespace sealgate::hosts {

std::pair<const artifacts::ReceivePort*, const artifacts::ReceiveLocation*> Configuration::find_location(
    std::string_view name) const {
  for (const artifacts::ReceivePort& port : artifacts.set.receive_ports) {
    for (const artifacts::ReceiveLocation& location : port.locations) {
      if (location.name == name) return {&port, &location};
    }
  }
  return {nullptr, nullptr};
}

std::vector<messaging::Subscription> subscriptions_of(const artifacts::ArtifactSet& set) {
  std::vector<messaging::Subscription> subscriptions;
  for (const artifacts::SendPort& port : set.send_ports) {
    if (port.state == artifacts::SendPortState::Bound) continue;
    subscriptions.push_back({port.name, port.filter, port.state == artifacts::SendPortState::Started});
  }
  return subscriptions;
}

}  // namespace sealgate::hosts
