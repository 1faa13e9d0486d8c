#pragma once
// Error codes of adapters/as2/.

#include "base/error.h"

namespace sealgate::adapters::as2 {

/// A request at an AS2 location that is no AS2, or whose AS2 headers do not say whom to answer.
inline constexpr ErrorCode kNotAs2{"adapter.as2.not-as2", ErrorClass::Malformed};

}  // namespace sealgate::adapters::as2
