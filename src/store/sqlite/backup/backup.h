#pragma once
// A copy of a data folder that is consistent although the gateway works on, and its way back.

#include <filesystem>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::store {

struct BackupReport {
  std::uint64_t messages = 0;
  std::uint64_t files = 0;    ///< without the manifest
  std::uint64_t bytes = 0;    ///< of them
  std::uint64_t missing = 0;  ///< bodies whose file was gone: the store itself is damaged
  bool with_keys = false;
};

/// Makes `target`, a folder that is not there or empty, from the data folder: a snapshot of the database, the bodies
/// it refers to, and the key files when they are asked for. It appears whole or not at all. store.not-empty,
/// store.cannot-open, store.corrupt when the snapshot does not pass SQLite's integrity check, store.body-damaged.
Result<BackupReport> back_up(const std::filesystem::path& data, const std::filesystem::path& target, bool with_keys,
                             Time now);

/// Makes the data folder `data`, which is not there or empty, from a backup. Every file is compared with the manifest
/// and the database checked before anything has its final name. store.not-empty, store.bad-backup, store.too-new.
Result<BackupReport> restore(const std::filesystem::path& backup, const std::filesystem::path& data,
                             const Clock& clock);

}  // namespace sealgate::store
