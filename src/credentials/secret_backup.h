#pragma once
// The text of a backup of the master secret: lines "name: value", the secret sealed by AES-256-GCM under a key that
// argon2id makes from a password. All other lines are authenticated with it.

#include <string>
#include <string_view>

#include "credentials/seal.h"
#include "crypto/kdf.h"

namespace sealgate::credentials {

inline constexpr std::size_t kShortestPassword = 12;
inline constexpr std::size_t kMaxBackup = std::size_t{16} * 1024;

/// credentials.weak-password.
Result<std::string> write_backup(const MasterSecret& secret, Time made, const Secret& password,
                                 const crypto::Argon2Cost& cost = {});

struct SecretFromBackup {
  MasterSecret secret;
  Time made{};
};
/// credentials.bad-backup, also for a cost that would take our memory or time; credentials.wrong-password, also when
/// anything in it was changed.
Result<SecretFromBackup> read_backup(std::string_view text, const Secret& password);

}  // namespace sealgate::credentials
