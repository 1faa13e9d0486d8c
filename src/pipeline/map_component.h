#pragma once
// The maps of a port: an XSLT for each message type, applied after a receive pipeline and before a send pipeline.

#include "pipeline/components.h"

namespace sealgate::pipeline {

/// Applies the map whose source is the message's BTS.MessageType; without one the message stays as it is. The result
/// replaces the body part; its message type and what its schema promotes go into the context.
/// pipeline.no-such-map, pipeline.unexpected-map-result, and what xml/xslt.h says.
Result<> apply_map(const Environment& environment, const std::vector<std::string>& maps, messaging::Message& message);

}  // namespace sealgate::pipeline
