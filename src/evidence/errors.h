#pragma once
// Error codes of evidence/.

#include "base/error.h"

namespace sealgate::evidence {

/// A folder or file of that name is there: evidence never replaces anything.
inline constexpr ErrorCode kTargetExists{"evidence.target-exists", ErrorClass::Usage};
/// The tracking log knows no such message, or no AS2 message of that Message-ID.
inline constexpr ErrorCode kNothingKnown{"evidence.nothing-known", ErrorClass::NotFound};
/// One Message-ID names several messages, or one message went out under several of them.
inline constexpr ErrorCode kAmbiguous{"evidence.ambiguous", ErrorClass::Usage};

}  // namespace sealgate::evidence
