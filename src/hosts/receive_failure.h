#pragma once
// What becomes of a message that cannot be received: dropped, refused, routed as a failed message, or suspended.

#include "hosts/receive_flow.h"

namespace sealgate::hosts {

/// True when the sender is still there and learns that nothing was taken: who asks for that keeps responsibility.
/// Never for a file, which would be gone.
bool discards_failures(const artifacts::ReceiveLocation& location);
adapters::SubmitOutcome discard(const Inbound& inbound, const std::string& reason);

/// The failed message for whoever subscribes to it; empty when nobody does, or the port does not want that.
Result<std::optional<messaging::Publication>> make_failed_publication(const Configuration& configuration,
                                                                      const artifacts::ReceivePort& port,
                                                                      const messaging::Message& message,
                                                                      const Error& error, Time now);

/// For a piece of an interchange whose other pieces are good: the failed message, to be published with those, if
/// somebody wants it; else it is suspended on its own, before them.
Result<std::optional<messaging::Publication>> fail_piece(const Configuration& configuration,
                                                         messaging::MessageBox& box,
                                                         const artifacts::ReceivePort& port, Inbound piece,
                                                         const Error& error, Time now);

/// Does what the port and the location demand, durably. Trouble of our own (disk full) is given back as it is: the
/// sender keeps the message and comes again.
Result<adapters::SubmitOutcome> fail_received(const Configuration& configuration, messaging::MessageBox& box,
                                              const artifacts::ReceivePort& port,
                                              const artifacts::ReceiveLocation& location, Inbound inbound,
                                              Error error, Time now);

}  // namespace sealgate::hosts
