#pragma once
// Error codes of adapters/common/.

#include "base/error.h"

namespace sealgate::adapters {

/// The name that a send port gives its files cannot be used.
inline constexpr ErrorCode kBadName{"adapter.file.bad-name", ErrorClass::Usage};

}  // namespace sealgate::adapters
