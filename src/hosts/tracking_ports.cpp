#include "hosts/tracking_ports.h"

namespace sealgate::hosts {

messaging::TrackingSwitch::Ports untracked_ports(const artifacts::ArtifactSet& set) {
  messaging::TrackingSwitch::Ports ports;
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    if (!port.tracking.events) ports.receive.insert(port.name);
  }
  for (const artifacts::SendPort& port : set.send_ports) {
    if (!port.tracking.events) ports.send.insert(port.name);
  }
  return ports;
}

}  // namespace sealgate::hosts
