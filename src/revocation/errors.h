#pragma once
// Error codes of revocation/.

#include "base/error.h"

namespace sealgate::revocation {

// Downloads.
inline constexpr ErrorCode kTooLarge{"revocation.too-large", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyRedirects{"revocation.too-many-redirects", ErrorClass::Policy};
inline constexpr ErrorCode kBadAnswer{"revocation.bad-answer", ErrorClass::Transport};
/// The time that a message may wait is over.
inline constexpr ErrorCode kNoTimeLeft{"revocation.no-time-left", ErrorClass::Transport};

// Lists.
inline constexpr ErrorCode kNotAList{"revocation.not-a-list", ErrorClass::Malformed};
inline constexpr ErrorCode kWrongSigner{"revocation.wrong-signer", ErrorClass::Signature};
/// A list that is there already is newer: somebody plays old ones back.
inline constexpr ErrorCode kOlderList{"revocation.older-list", ErrorClass::Conflict};
inline constexpr ErrorCode kFutureList{"revocation.future-list", ErrorClass::Revocation};
/// The source gives a list whose next update is past.
inline constexpr ErrorCode kStaleList{"revocation.stale-list", ErrorClass::Revocation};
inline constexpr ErrorCode kTooManyLists{"revocation.too-many-lists", ErrorClass::Policy};

// Sources.
inline constexpr ErrorCode kBadFolder{"revocation.bad-folder", ErrorClass::Environment};
inline constexpr ErrorCode kUnknownSource{"revocation.unknown-source", ErrorClass::NotFound};
inline constexpr ErrorCode kBadState{"revocation.bad-state", ErrorClass::Environment};
inline constexpr ErrorCode kNotACertificate{"revocation.not-a-certificate", ErrorClass::Malformed};

}  // namespace sealgate::revocation
