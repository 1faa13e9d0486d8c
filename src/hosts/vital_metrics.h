#pragma once
// What /metrics tells of this process itself: who it is, whether it accepts messages, whether its loops go round.

#include <string>
#include <string_view>

#include "hosts/pulse.h"

namespace sealgate::hosts {

/// `ready`: as /health/ready says.
std::string vital_metrics(std::string_view version, std::string_view host_instance, bool ready, const Pulses& pulses);

}  // namespace sealgate::hosts
