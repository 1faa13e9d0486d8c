#pragma once
// Who wants a message: the subscriptions of all send ports against its context.

#include <string>
#include <vector>

#include "messaging/filter.h"
#include "messaging/message_box.h"

namespace sealgate::messaging {

/// An enlisted send port. A bound one (BizTalk: unenlisted) has no subscription and is not listed at all.
struct Subscription {
  std::string port = {};
  Filter filter = {};
  bool started = true;  ///< a stopped port still subscribes: what it would get is stored suspended
  int priority = kDefaultPriority;
  bool ordered = false;
};

struct Routing {
  std::vector<Delivery> deliveries = {};
  std::string report = {};  ///< why each port did not match; for a message without deliveries
};

Routing route(const std::vector<Subscription>& subscriptions, const MessageContext& context);

}  // namespace sealgate::messaging
