#pragma once
// Error codes of the command line itself.

#include "base/error.h"

namespace sealgate::cli {

inline constexpr ErrorCode kNoCertificate{"cli.no-certificate", ErrorClass::Usage};
inline constexpr ErrorCode kNoPrivateKey{"cli.no-private-key", ErrorClass::Usage};
inline constexpr ErrorCode kNoCrl{"cli.no-crl", ErrorClass::Usage};
inline constexpr ErrorCode kBadOption{"cli.bad-option", ErrorClass::Usage};
inline constexpr ErrorCode kSameFile{"cli.same-file", ErrorClass::Usage};

}  // namespace sealgate::cli
