#pragma once
// Error codes of net/.

#include "base/error.h"

namespace sealgate::net {

// Both sides.
inline constexpr ErrorCode kBadHeader{"net.bad-header", ErrorClass::Usage};
inline constexpr ErrorCode kBadTlsIdentity{"net.bad-tls-identity", ErrorClass::Trust};

// Server.
inline constexpr ErrorCode kCannotListen{"net.cannot-listen", ErrorClass::Environment};
inline constexpr ErrorCode kMalformedRequest{"net.malformed-request", ErrorClass::Malformed};
inline constexpr ErrorCode kRequestTooLarge{"net.request-too-large", ErrorClass::Policy};

inline constexpr ErrorCode kTooSlow{"net.too-slow", ErrorClass::Transport};
inline constexpr ErrorCode kBusy{"net.busy", ErrorClass::Transport};
inline constexpr ErrorCode kHandlerFailed{"net.handler-failed", ErrorClass::Environment};

// Client. Those of class Transport are worth another attempt.
inline constexpr ErrorCode kBadUrl{"net.bad-url", ErrorClass::Usage};
inline constexpr ErrorCode kUnreachable{"net.unreachable", ErrorClass::Transport};
inline constexpr ErrorCode kAddressRefused{"net.address-refused", ErrorClass::Policy};
inline constexpr ErrorCode kTimeout{"net.timeout", ErrorClass::Transport};
inline constexpr ErrorCode kConnectionLost{"net.connection-lost", ErrorClass::Transport};
inline constexpr ErrorCode kTlsFailed{"net.tls-failed", ErrorClass::Transport};
inline constexpr ErrorCode kTlsNotTrusted{"net.tls-not-trusted", ErrorClass::Trust};
inline constexpr ErrorCode kBadResponse{"net.bad-response", ErrorClass::Transport};
inline constexpr ErrorCode kProxyRefused{"net.proxy-refused", ErrorClass::Transport};
inline constexpr ErrorCode kRedirectRefused{"net.redirect-refused", ErrorClass::Policy};
inline constexpr ErrorCode kAnswerTooLarge{"net.answer-too-large", ErrorClass::Policy};
inline constexpr ErrorCode kAnswerExpands{"net.answer-expands", ErrorClass::Policy};
inline constexpr ErrorCode kMailRefused{"net.mail-refused", ErrorClass::Transport};
inline constexpr ErrorCode kCancelled{"net.cancelled", ErrorClass::Transport};
inline constexpr ErrorCode kClientFailed{"net.client-failed", ErrorClass::Environment};

}  // namespace sealgate::net
