#pragma once
// Who wants a message: the subscriptions of all send ports and groups against its context.

#include <string>
#include <vector>

#include "messaging/message_box.h"
#include "messaging/subscription_index.h"

namespace sealgate::messaging {

struct Routing {
  std::vector<Delivery> deliveries = {};  ///< in the order of the subscriptions, one for each port
  std::string report = {};                ///< why each port did not match; for a message without deliveries
};

/// A port that several subscriptions reach gets one delivery, one that is not suspended if there is any. What comes
/// to a port that is not started is suspended with messaging.port-stopped, what comes only through groups that are
/// not started with messaging.group-stopped.
Routing route(const SubscriptionIndex& index, const MessageContext& context);

}  // namespace sealgate::messaging
