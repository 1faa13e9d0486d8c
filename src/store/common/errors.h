#pragma once
// Error codes of store/.

#include "base/error.h"

namespace sealgate::store {

inline constexpr ErrorCode kCannotOpen{
    "store.cannot-open", ErrorClass::Environment};  ///< the data folder or the database cannot be opened or created
inline constexpr ErrorCode kBadUrl{"store.bad-url", ErrorClass::Usage};  ///< --store names no backend
inline constexpr ErrorCode kAlreadyServing{"store.already-serving",
                                           ErrorClass::Conflict};  ///< another process serves this data folder
inline constexpr ErrorCode kTooNew{
    "store.too-new", ErrorClass::Environment};  ///< a newer program made the database incompatible with this one
inline constexpr ErrorCode kDiskFull{
    "store.disk-full", ErrorClass::Environment};  ///< no space on the disk of the data folder; nothing was accepted
inline constexpr ErrorCode kBusy{
    "store.busy", ErrorClass::Environment};  ///< another process held the database for more than ten seconds
inline constexpr ErrorCode kCorrupt{"store.corrupt",
                                    ErrorClass::Environment};  ///< the file is no database, or damaged
inline constexpr ErrorCode kIoFailed{"store.io-failed",
                                     ErrorClass::Environment};  ///< the disk of the data folder failed
inline constexpr ErrorCode kConstraint{
    "store.constraint", ErrorClass::Conflict};  ///< a row that exists already, for example a message id
inline constexpr ErrorCode kBadBackup{"store.bad-backup",
                                      ErrorClass::Malformed};  ///< no backup, not all of it, or not what was written
inline constexpr ErrorCode kCopyDiffers{
    "store.copy-differs", ErrorClass::Environment};  ///< what was copied to another store is not what was there
inline constexpr ErrorCode kNotEmpty{"store.not-empty",
                                     ErrorClass::Conflict};  ///< what is to be filled holds something already
inline constexpr ErrorCode kSqlFailed{"store.sql-failed",
                                      ErrorClass::Environment};  ///< a statement failed: a defect in the program
// Malformed and not Environment: trying again does not help, so its work is suspended for a person.
inline constexpr ErrorCode kBodyMissing{"store.body-missing",
                                        ErrorClass::Malformed};  ///< the file of a stored body is gone
inline constexpr ErrorCode kBodyDamaged{"store.body-damaged",
                                        ErrorClass::Malformed};  ///< a stored body is not what was stored
/// What was on its way into the store went down with a server; nothing was accepted, and the sender still has it.
inline constexpr ErrorCode kBodyLost{"store.body-lost", ErrorClass::Environment};
inline constexpr ErrorCode kBadMemo{"store.bad-memo",
                                    ErrorClass::Usage};  ///< a memo whose key or value is over its limit
/// Databases on a server.
inline constexpr ErrorCode kConnectionLost{
    "store.connection-lost",
    ErrorClass::Environment};  ///< the database server cannot be reached, or ended the connection
inline constexpr ErrorCode kTimedOut{"store.timed-out",
                                     ErrorClass::Environment};  ///< a statement took longer than statement_timeout
inline constexpr ErrorCode kOutcomeUnknown{
    "store.outcome-unknown",
    ErrorClass::Environment};  ///< the server was lost in the middle of a commit and did not come back to be asked
/// Key files of accounts (account_key_file.h).
inline constexpr ErrorCode kKeyFileMissing{"store.key-file-missing", ErrorClass::NotFound};
inline constexpr ErrorCode kKeyFileUnreadable{"store.key-file-unreadable", ErrorClass::Environment};
inline constexpr ErrorCode kKeyFileNotPrivate{"store.key-file-not-private", ErrorClass::Environment};
/// Renewing the key of an account (key_rotation.h).
inline constexpr ErrorCode kRotationUnderWay{"store.rotation-under-way",
                                             ErrorClass::Conflict};  ///< its next key is made already
inline constexpr ErrorCode kKeysLeft{"store.keys-left",
                                     ErrorClass::Decrypt};  ///< private keys that no key at hand opens
inline constexpr ErrorCode kKeyIsCredential{"store.key-is-credential",
                                            ErrorClass::Policy};  ///< only the service manager can replace it
inline constexpr ErrorCode kKeyIsNotRenewed{"store.key-is-not-renewed",
                                            ErrorClass::Policy};  ///< what it seals is not wrapped anew

}  // namespace sealgate::store
