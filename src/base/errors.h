#pragma once
// Error codes of base/.

#include "base/error.h"

namespace sealgate {

inline constexpr ErrorCode kBufferFull{"base.buffer-full", ErrorClass::Policy};
inline constexpr ErrorCode kBadTime{"base.bad-time", ErrorClass::Usage};

}  // namespace sealgate
