#pragma once
// What the tracking log shall say of a message besides what the box and the pipelines add themselves.

#include "messaging/message_box.h"

namespace sealgate::hosts {

/// How a message came in: location, addresses, file name, client certificate, bytes and SHA-256 of its raw form.
messaging::TrackingDetails tracking_of_intake(const messaging::MessageContext& context, const std::string& location,
                                              const messaging::Part& raw);

/// Adds what a message that left its pipeline is: its type, and bytes and SHA-256 of its content where that is not
/// the raw form. `interchange` is the id that messages which came in together share; empty for one that came alone.
void add_published(messaging::TrackingDetails& details, const messaging::Message& message,
                   const std::string& interchange);

}  // namespace sealgate::hosts
