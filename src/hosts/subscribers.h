#pragma once
// Who gets a message by this configuration, and the message made ready to be published to them.

#include "hosts/configuration.h"

namespace sealgate::hosts {

/// Why this port must not have the message, however it gets there (pipeline/receiver_authorization.h); absent: it
/// may.
std::optional<Error> refuse_port(const Configuration& configuration, const artifacts::SendPort& port,
                                 const messaging::MessageContext& context);

/// The subscribers; those outside of their service window get it later. For an answer also the caller that waits.
messaging::Routing find_subscribers(const Configuration& configuration, const messaging::MessageContext& context,
                                    Time now);

/// Gives it an identity of its own and finds its subscribers. Without any it has no deliveries.
Result<messaging::Publication> make_publication(const Configuration& configuration, messaging::Message message,
                                                Time now);
/// The same for a message that is only worth something to somebody: empty when nobody subscribes.
Result<std::optional<messaging::Publication>> make_wanted_publication(const Configuration& configuration,
                                                                      messaging::Message message, Time now);

}  // namespace sealgate::hosts
