#pragma once
// What a message box says in the tracking log, the same for every backend: which event a change is, and what the box
// itself adds to the details of its caller.

#include "messaging/message_box.h"

namespace sealgate::store {

/// Send and Respond: sent. Receive and Route: routed.
messaging::TrackingEvent event_of_completion(messaging::WorkKind kind);

/// ("matched", "A, B"): the ports of the deliveries in their order, the first of very many.
void add_matched(messaging::TrackingDetails& details, const std::vector<messaging::Delivery>& deliveries);
/// ("failure", its code).
void add_failure(messaging::TrackingDetails& details, const messaging::Failure& failure);

}  // namespace sealgate::store
