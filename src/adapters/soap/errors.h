#pragma once
// Error codes of adapters/soap/.

#include "base/error.h"

namespace sealgate::adapters::soap {

// What callers read in the detail of a fault, beside the codes of what really happened
inline constexpr ErrorCode kRefused{"adapter.soap.refused", ErrorClass::Policy};  ///< no reason is told
inline constexpr ErrorCode kBusy{"adapter.soap.busy", ErrorClass::Transport};     ///< nothing can be taken now
inline constexpr ErrorCode kNoResponse{"adapter.soap.no-response",
                                       ErrorClass::Transport};  ///< of the gateway to a request
inline constexpr ErrorCode kUnknownSender{"adapter.soap.unknown-sender", ErrorClass::Trust};
inline constexpr ErrorCode kBadContentType{"adapter.soap.bad-content-type", ErrorClass::Malformed};

// Sending
inline constexpr ErrorCode kFault{"adapter.soap.fault",
                                  ErrorClass::Transport};  ///< the partner's service answered so
inline constexpr ErrorCode kBadAnswer{"adapter.soap.bad-answer",
                                      ErrorClass::Transport};  ///< it answered something that is no SOAP
inline constexpr ErrorCode kBadAction{"adapter.soap.bad-action", ErrorClass::Usage};

}  // namespace sealgate::adapters::soap
