#pragma once
// A message on its way in: receive pipeline, authentication of the port, routing, and the one commit. The same code
// runs for a fresh message and for a suspended one that a person resumed.

#include "adapters/common/adapter.h"
#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

struct Inbound {
  std::string location;
  messaging::MessageContext context;  ///< what the adapter knows
  messaging::Part raw;                ///< the message as it came
  bool resumable = true;              ///< false: when it is suspended, then for good
  std::string receive_key;            ///< see messaging::PublishRequest; may be empty
  messaging::TrackingDetails trail;   ///< grows on the way, for the tracking log
  bool of_known_party = false;        ///< found out on the way, also of what fails
};

/// Returns after the outcome is durable. An error means that nothing was kept: the same message may come again.
Result<adapters::SubmitOutcome> receive(const Configuration& configuration, messaging::MessageBox& box,
                                        Inbound inbound, Time now);

/// Runs Receive work (a resumed raw message) again.
Result<> receive_again(const Configuration& configuration, messaging::MessageBox& box,
                       const messaging::WorkItem& item, Time now);
/// Runs Route work (a message without subscriber) again.
Result<> route_again(const Configuration& configuration, messaging::MessageBox& box, const messaging::WorkItem& item,
                     Time now);

}  // namespace sealgate::hosts
