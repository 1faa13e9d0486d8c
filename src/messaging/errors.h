#pragma once
// Error codes of messaging/, including those every MessageBox gives.

#include "base/error.h"

namespace sealgate::messaging {

inline constexpr ErrorCode kBadFilter{"messaging.bad-filter",
                                      ErrorClass::Usage};  ///< a filter cannot be read; the column is named
inline constexpr ErrorCode kBadContext{
    "messaging.bad-context", ErrorClass::Malformed};  ///< a stored context breaks its format: the database is damaged
inline constexpr ErrorCode kBadTrackingRecord{
    "messaging.bad-tracking-record",
    ErrorClass::Malformed};  ///< a record of the tracking log breaks its format: the database is damaged
inline constexpr ErrorCode kTrackingChanged{
    "messaging.tracking-changed", ErrorClass::Conflict};  ///< another process sealed or cut the log at the same time
inline constexpr ErrorCode kTrackingBroken{"messaging.tracking-broken",
                                           ErrorClass::Signature};  ///< the tracking log is not what was sealed
inline constexpr ErrorCode kNoSuchTrackedBody{"messaging.no-such-tracked-body",
                                              ErrorClass::NotFound};  ///< never stored, or cut off with its records
inline constexpr ErrorCode kTrackedBodyDamaged{
    "messaging.tracked-body-damaged",
    ErrorClass::Environment};  ///< a tracked body does not open under the tracking key, or is not what was stored
inline constexpr ErrorCode kBadId{"messaging.bad-id",
                                  ErrorClass::Usage};  ///< not the id of a message or of a delivery
inline constexpr ErrorCode kTooManyProperties{"messaging.too-many-properties",
                                              ErrorClass::Policy};  ///< more than 1,024 properties on one message
inline constexpr ErrorCode kPropertyTooLong{
    "messaging.property-too-long",
    ErrorClass::Policy};  ///< more than 256 bytes in a promoted property, or 256 KiB in a written one
inline constexpr ErrorCode kTooManyParts{"messaging.too-many-parts",
                                         ErrorClass::Policy};  ///< more than 1,000 parts in one message
inline constexpr ErrorCode kReceiptTooLarge{"messaging.receipt-too-large",
                                            ErrorClass::Policy};  ///< more than 256 KiB to tell the sender
inline constexpr ErrorCode kNoRandom{"messaging.no-random",
                                     ErrorClass::Environment};  ///< the system gives no random numbers

inline constexpr ErrorCode kNoSuchMessage{"messaging.no-such-message",
                                          ErrorClass::NotFound};  ///< unknown, or finished and removed meanwhile
inline constexpr ErrorCode kNoSuchWork{"messaging.no-such-work", ErrorClass::NotFound};  ///< unknown id of a delivery
inline constexpr ErrorCode kNoSuchPart{
    "messaging.no-such-part", ErrorClass::NotFound};  ///< the message has fewer parts, or no raw form any more
/// The work item is not (or no longer) in a state that allows the operation.
inline constexpr ErrorCode kWrongState{
    "messaging.wrong-state", ErrorClass::Conflict};  ///< the state of the delivery does not allow the operation, for
                                                     ///< example resuming what is not suspended
inline constexpr ErrorCode kNotResumable{
    "messaging.not-resumable", ErrorClass::Conflict};  ///< suspended for good: save the body, then terminate it
/// The lease ran out and somebody else may have the work item: what was done with it must not be recorded.
inline constexpr ErrorCode kLeaseLost{"messaging.lease-lost", ErrorClass::Conflict};

inline constexpr ErrorCode kInstanceExists{"messaging.instance-exists",
                                           ErrorClass::Conflict};  ///< a host instance of this name is running
/// This host instance was not heard of for too long, and others took its work over.
inline constexpr ErrorCode kDeclaredDead{"messaging.declared-dead", ErrorClass::Conflict};

/// A published message that no subscriber wants: the reason code of its suspension.
inline constexpr ErrorCode kNoSubscriber{"messaging.no-subscriber", ErrorClass::NotFound};
/// Its subscriber was stopped: the reason code of its suspension.
inline constexpr ErrorCode kPortStopped{"messaging.port-stopped", ErrorClass::Policy};
/// It came through a send port group that was stopped: the reason code of its suspension.
inline constexpr ErrorCode kGroupStopped{"messaging.group-stopped", ErrorClass::Policy};

}  // namespace sealgate::messaging
