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
inline constexpr ErrorCode kCompressionFailed{"io.compression-failed", ErrorClass::Environment};
inline constexpr ErrorCode kNoSuchTimeZone{"io.no-such-time-zone",
                                           ErrorClass::Usage};  ///< not a name of the tz database on this computer
inline constexpr ErrorCode kBadTimeZone{"io.bad-time-zone",
                                        ErrorClass::Environment};  ///< a file of the tz database breaks its format

}  // namespace sealgate::io
