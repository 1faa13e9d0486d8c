#pragma once
// Error codes of adapters/http/.

#include "base/error.h"

namespace sealgate::adapters::http {

inline constexpr ErrorCode kPathTaken{"adapter.http.path-taken", ErrorClass::Conflict};
inline constexpr ErrorCode kBadPath{"adapter.http.bad-path", ErrorClass::Usage};
inline constexpr ErrorCode kBadMimeEntity{"adapter.http.bad-mime-entity", ErrorClass::Malformed};
inline constexpr ErrorCode kBadCredentials{"adapter.http.bad-credentials", ErrorClass::Usage};
inline constexpr ErrorCode kRefused{"adapter.http.refused", ErrorClass::Transport};

// What the answers to requests that are not taken tell (application/problem+json).
inline constexpr ErrorCode kNoLocation{"adapter.http.no-location", ErrorClass::NotFound};
inline constexpr ErrorCode kMethod{"adapter.http.method-not-allowed", ErrorClass::Usage};
inline constexpr ErrorCode kEmptyBody{"adapter.http.empty-body", ErrorClass::Malformed};
inline constexpr ErrorCode kAmbiguousHeader{"adapter.http.ambiguous-header", ErrorClass::Malformed};
inline constexpr ErrorCode kContentType{"adapter.http.content-type", ErrorClass::Policy};
inline constexpr ErrorCode kContentCoding{"adapter.http.content-coding", ErrorClass::Policy};
inline constexpr ErrorCode kBodyTooLarge{"adapter.http.body-too-large", ErrorClass::Policy};
inline constexpr ErrorCode kUnauthenticated{"adapter.http.unauthenticated", ErrorClass::Trust};
inline constexpr ErrorCode kClientNotAllowed{"adapter.http.client-not-allowed", ErrorClass::Policy};
inline constexpr ErrorCode kNoClientCertificate{"adapter.http.no-client-certificate", ErrorClass::Trust};
inline constexpr ErrorCode kBadClientCertificate{"adapter.http.bad-client-certificate", ErrorClass::Trust};
inline constexpr ErrorCode kTooManyRequests{"adapter.http.too-many-requests", ErrorClass::Transport};
inline constexpr ErrorCode kNotAccepted{"adapter.http.not-accepted", ErrorClass::Policy};
inline constexpr ErrorCode kNotNow{"adapter.http.not-now", ErrorClass::Transport};
inline constexpr ErrorCode kNoAnswer{"adapter.http.no-answer", ErrorClass::Transport};

}  // namespace sealgate::adapters::http
