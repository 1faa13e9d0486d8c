#pragma once
// Error codes of store/.

#include "base/error.h"

namespace sealgate::store {

inline constexpr ErrorCode kCannotOpen{"store.cannot-open", ErrorClass::Environment};
inline constexpr ErrorCode kAlreadyServing{"store.already-serving", ErrorClass::Conflict};
inline constexpr ErrorCode kTooNew{"store.too-new", ErrorClass::Environment};
inline constexpr ErrorCode kDiskFull{"store.disk-full", ErrorClass::Environment};
inline constexpr ErrorCode kBusy{"store.busy", ErrorClass::Environment};
inline constexpr ErrorCode kCorrupt{"store.corrupt", ErrorClass::Environment};
inline constexpr ErrorCode kIoFailed{"store.io-failed", ErrorClass::Environment};
inline constexpr ErrorCode kConstraint{"store.constraint", ErrorClass::Conflict};
inline constexpr ErrorCode kSqlFailed{"store.sql-failed", ErrorClass::Environment};
inline constexpr ErrorCode kBodyMissing{"store.body-missing", ErrorClass::Environment};
inline constexpr ErrorCode kBodyDamaged{"store.body-damaged", ErrorClass::Environment};
/// Key files of accounts (account_key_file.h).
inline constexpr ErrorCode kKeyFileMissing{"store.key-file-missing", ErrorClass::NotFound};
inline constexpr ErrorCode kKeyFileUnreadable{"store.key-file-unreadable", ErrorClass::Environment};
inline constexpr ErrorCode kKeyFileNotPrivate{"store.key-file-not-private", ErrorClass::Environment};
inline constexpr ErrorCode kClosed{"store.closed", ErrorClass::Environment};

}  // namespace sealgate::store
