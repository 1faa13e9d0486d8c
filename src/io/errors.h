#pragma once
// Error codes of io/.

#include "base/error.h"

namespace sealgate::io {

inline constexpr ErrorCode kCannotOpen{"io.cannot-open", ErrorClass::Usage};
inline constexpr ErrorCode kIsDirectory{"io.is-a-directory", ErrorClass::Usage};
inline constexpr ErrorCode kReadFailed{"io.read-failed", ErrorClass::Environment};
inline constexpr ErrorCode kWriteFailed{"io.write-failed", ErrorClass::Environment};
inline constexpr ErrorCode kDiskFull{"io.disk-full", ErrorClass::Environment};
inline constexpr ErrorCode kFileTooLarge{"io.file-too-large", ErrorClass::Policy};

}  // namespace sealgate::io
