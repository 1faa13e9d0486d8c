#pragma once
// Error codes of hosts/.

#include "base/error.h"

namespace sealgate::hosts {

inline constexpr ErrorCode kNoSuchLocation{"hosts.no-such-location", ErrorClass::NotFound};
inline constexpr ErrorCode kLocationDisabled{"hosts.location-disabled", ErrorClass::Policy};
inline constexpr ErrorCode kNoSuchPort{"hosts.no-such-port", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchHost{"hosts.no-such-host", ErrorClass::NotFound};
inline constexpr ErrorCode kPortNotStarted{"hosts.port-not-started", ErrorClass::Policy};
inline constexpr ErrorCode kStopping{"hosts.stopping", ErrorClass::Environment};
inline constexpr ErrorCode kTooLarge{"hosts.message-too-large", ErrorClass::Policy};
/// A program error met this message: it is suspended instead of ending the process and coming again after the
/// restart.
inline constexpr ErrorCode kInternal{"hosts.internal", ErrorClass::Environment};
inline constexpr ErrorCode kBadListenAddress{"hosts.bad-listen-address", ErrorClass::Usage};

}  // namespace sealgate::hosts
