#pragma once
// Error codes of adapters/file/.

#include "base/error.h"

namespace sealgate::adapters::file {

inline constexpr ErrorCode kBadFolder{"adapter.file.bad-folder", ErrorClass::Usage};
inline constexpr ErrorCode kNoFolder{"adapter.file.no-folder", ErrorClass::Environment};
/// temporary_folder and folder of a send port are on two file systems.
inline constexpr ErrorCode kOtherDisk{"adapter.file.other-disk", ErrorClass::Policy};
inline constexpr ErrorCode kExists{"adapter.file.exists", ErrorClass::Conflict};
inline constexpr ErrorCode kNoRegularFile{"adapter.file.no-regular-file", ErrorClass::Conflict};
inline constexpr ErrorCode kChanged{"adapter.file.changed", ErrorClass::Conflict};
inline constexpr ErrorCode kBusy{"adapter.file.busy", ErrorClass::Transport};
inline constexpr ErrorCode kCancelled{"adapter.file.cancelled", ErrorClass::Transport};
/// A program error met the content of this file; it stays, and the other files go on.
inline constexpr ErrorCode kInternal{"adapter.file.internal", ErrorClass::Malformed};
inline constexpr ErrorCode kFailed{"adapter.file.failed", ErrorClass::Environment};

}  // namespace sealgate::adapters::file
