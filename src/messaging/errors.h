#pragma once
// Error codes of messaging/, including those every MessageBox gives.

#include "base/error.h"

namespace sealgate::messaging {

inline constexpr ErrorCode kBadFilter{"messaging.bad-filter", ErrorClass::Usage};
inline constexpr ErrorCode kBadContext{"messaging.bad-context", ErrorClass::Malformed};
inline constexpr ErrorCode kBadId{"messaging.bad-id", ErrorClass::Usage};
inline constexpr ErrorCode kTooManyProperties{"messaging.too-many-properties", ErrorClass::Policy};
inline constexpr ErrorCode kPropertyTooLong{"messaging.property-too-long", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyParts{"messaging.too-many-parts", ErrorClass::Policy};
inline constexpr ErrorCode kNoRandom{"messaging.no-random", ErrorClass::Environment};

inline constexpr ErrorCode kNoSuchMessage{"messaging.no-such-message", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchWork{"messaging.no-such-work", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchPart{"messaging.no-such-part", ErrorClass::NotFound};
/// The work item is not (or no longer) in a state that allows the operation.
inline constexpr ErrorCode kWrongState{"messaging.wrong-state", ErrorClass::Conflict};
inline constexpr ErrorCode kNotResumable{"messaging.not-resumable", ErrorClass::Conflict};
/// The lease ran out and somebody else may have the work item: what was done with it must not be recorded.
inline constexpr ErrorCode kLeaseLost{"messaging.lease-lost", ErrorClass::Conflict};

/// A published message that no subscriber wants: the reason code of its suspension.
inline constexpr ErrorCode kNoSubscriber{"messaging.no-subscriber", ErrorClass::NotFound};
/// Its subscriber was stopped: the reason code of its suspension.
inline constexpr ErrorCode kPortStopped{"messaging.port-stopped", ErrorClass::Policy};

}  // namespace sealgate::messaging
