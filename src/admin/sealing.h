#pragma once
// Evidence asked for right after the fact.

#include <string>

#include "messaging/tracking_log.h"

namespace sealgate::admin {

/// Until the newest record of this message is sealed, at most a few seconds: the gateway seals a second after the
/// commit. Errors of evidence::find_dossier().
Result<> wait_for_seal(messaging::TrackingLog& log, const std::string& message);

}  // namespace sealgate::admin
