#pragma once
// What a message box says in the tracking log, the same for every backend: which event a change is, and what the box
// itself adds to the details of its caller.

#include "messaging/message_box.h"

namespace sealgate::store {

/// Send, Respond and Receipt: sent. Receive and Route: routed. Await: acknowledged.
messaging::TrackingEvent event_of_completion(messaging::WorkKind kind);

/// ("matched", "A, B"): the ports of the deliveries in their order, the first of very many.
void add_matched(messaging::TrackingDetails& details, const std::vector<messaging::Delivery>& deliveries);
/// ("failure", its code).
void add_failure(messaging::TrackingDetails& details, const messaging::Failure& failure);

/// What is recorded as suspended of a delivery that starts so: nothing else tells of it. The box adds event and time.
messaging::TrackingRecord record_of_suspended(const messaging::Delivery& delivery,
                                              const messaging::MessageId& message, const std::string& party);

/// Whether work in this state is changed by such a resolution: it has not ended, and what waits is not made to wait
/// by something else.
bool can_resolve(messaging::WorkState state, bool resumable, messaging::Resolution::Outcome outcome);

}  // namespace sealgate::store
