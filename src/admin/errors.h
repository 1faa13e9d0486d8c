#pragma once
// Error codes of admin/.

#include "base/error.h"

namespace sealgate::admin {

inline constexpr ErrorCode kNothingToRollOver{"admin.nothing-to-roll-over",
                                              ErrorClass::NotFound};  ///< nothing assigns the old certificate
inline constexpr ErrorCode kBadRollover{
    "admin.bad-rollover", ErrorClass::Usage};  ///< the new certificate is the old one, or not valid at the switch
inline constexpr ErrorCode kNoSuchPort{"admin.no-such-port",
                                       ErrorClass::NotFound};  ///< no send port of this name, or none with an address
inline constexpr ErrorCode kNoProxyPassword{"admin.no-proxy-password",
                                            ErrorClass::Usage};  ///< that of the port's proxy cannot be read here

}  // namespace sealgate::admin
