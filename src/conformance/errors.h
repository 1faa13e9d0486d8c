#pragma once
// Error codes of conformance/.

#include "base/error.h"

namespace sealgate::conformance {

inline constexpr ErrorCode kBadManifest{"conformance.bad-manifest", ErrorClass::Usage};
inline constexpr ErrorCode kBadCase{"conformance.bad-case", ErrorClass::Usage};

}  // namespace sealgate::conformance
