#pragma once
// A work item on its way out: send pipeline, adapter, and what the outcome means.

#include <filesystem>
#include <functional>

#include "hosts/circuit_breaker.h"
#include "hosts/configuration.h"
#include "hosts/cut.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

struct SendEnvironment {
  const Configuration& configuration;
  messaging::MessageBox& box;
  const Clock& clock;
  std::filesystem::path spool;  ///< folder for outgoing forms that do not fit into memory; they have no names there
  /// Set before the adapters are cancelled at the end of the stop deadline: what fails then is nobody's failure.
  const Cut& cut;
  CircuitBreakers& breakers;
  /// Called at most once, when the destination has the message: another transmission may begin while this one is
  /// recorded, which takes a flush of the disk.
  std::function<void()> transmitted = [] {};
  /// Takes over to write down that it was sent, while the next is sent already; false: whoever sends waits for that.
  std::function<bool(const messaging::WorkItem&, const messaging::TrackingDetails&)> hand_over =
      [](const auto&, const auto&) { return false; };
};

/// Makes one attempt and records its outcome in the box, or hands that over; that it was delivered for as long as it
/// takes. An error is the box's own (lease lost, database away): the lease runs out and the work is taken again.
Result<> send(const SendEnvironment& environment, const messaging::WorkItem& item);

}  // namespace sealgate::hosts
