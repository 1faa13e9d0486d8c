#pragma once
// Which ports the configuration leaves out of the tracking log.

#include "artifacts/artifacts.h"
#include "messaging/tracking.h"

namespace sealgate::hosts {

/// Those with `tracking: {events: false}`.
messaging::TrackingSwitch::Ports untracked_ports(const artifacts::ArtifactSet& set);

}  // namespace sealgate::hosts
