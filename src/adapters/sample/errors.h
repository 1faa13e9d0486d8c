#pragma once
// Error codes of adapters/sample/.

#include "base/error.h"

namespace sealgate::adapters::sample {

inline constexpr ErrorCode kBadAddress{"adapter.sample.bad-address", ErrorClass::Usage};
inline constexpr ErrorCode kCannotListen{"adapter.sample.cannot-listen", ErrorClass::Environment};
inline constexpr ErrorCode kNotReached{"adapter.sample.not-reached", ErrorClass::Transport};
/// The other end closed, said nothing in time, or sent a line without end.
inline constexpr ErrorCode kLost{"adapter.sample.lost", ErrorClass::Transport};
inline constexpr ErrorCode kCancelled{"adapter.sample.cancelled", ErrorClass::Transport};
inline constexpr ErrorCode kBadHead{"adapter.sample.bad-head", ErrorClass::Malformed};
/// The other end will never take this message.
inline constexpr ErrorCode kRefused{"adapter.sample.refused", ErrorClass::Policy};
/// The other end asks for another attempt.
inline constexpr ErrorCode kNotNow{"adapter.sample.not-now", ErrorClass::Transport};

}  // namespace sealgate::adapters::sample
