#pragma once
// Error codes of the command line itself.

#include "base/error.h"

namespace sealgate::cli {

inline constexpr ErrorCode kNoCertificate{"cli.no-certificate", ErrorClass::Usage};
inline constexpr ErrorCode kNoPrivateKey{"cli.no-private-key", ErrorClass::Usage};
inline constexpr ErrorCode kNoCrl{"cli.no-crl", ErrorClass::Usage};
inline constexpr ErrorCode kBadOption{"cli.bad-option", ErrorClass::Usage};
/// sealgate cert: nothing imported but authorities that nobody declared trusted; one certificate in several stores.
inline constexpr ErrorCode kNotTrusted{"cli.not-trusted", ErrorClass::Trust};
inline constexpr ErrorCode kSeveralStores{"cli.several-stores", ErrorClass::Usage};
/// sealgate cert: the folder of an export is there already.
inline constexpr ErrorCode kExists{"cli.exists", ErrorClass::Conflict};
inline constexpr ErrorCode kSameFile{"cli.same-file", ErrorClass::Usage};
/// sealgate log-level: what was chosen cannot be taken back.
inline constexpr ErrorCode kLogLevelStays{"cli.log-level-stays", ErrorClass::Environment};
/// --api: without a token, with another certificate than --fingerprint says, or where no API of a gateway answers.
inline constexpr ErrorCode kNoToken{"cli.no-token", ErrorClass::Usage};
inline constexpr ErrorCode kOtherCertificate{"cli.other-certificate", ErrorClass::Trust};
inline constexpr ErrorCode kBadAnswer{"cli.bad-answer", ErrorClass::Transport};
/// Core dumps of a process that holds keys cannot be turned off, or on.
inline constexpr ErrorCode kMemoryNotProtected{"cli.memory-not-protected", ErrorClass::Environment};

}  // namespace sealgate::cli
