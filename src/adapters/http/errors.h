#pragma once
// Error codes of adapters/http/.

#include "base/error.h"

namespace sealgate::adapters::http {

inline constexpr ErrorCode kPathTaken{"adapter.http.path-taken", ErrorClass::Conflict};
inline constexpr ErrorCode kBadPath{"adapter.http.bad-path", ErrorClass::Usage};
inline constexpr ErrorCode kBadMimeEntity{"adapter.http.bad-mime-entity", ErrorClass::Malformed};
inline constexpr ErrorCode kRefused{"adapter.http.refused", ErrorClass::Transport};

}  // namespace sealgate::adapters::http
