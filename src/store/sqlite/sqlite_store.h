#pragma once
// The data folder and everything in it: one SQLite database, the files of large bodies, the lock of the serving
// process.
//
//   DATA/            0700
//   DATA/sealgate.db 0600  messages, work, artifacts, certificates; beside it SQLite's log (-wal) and index (-shm)
//   DATA/bodies/     0700  contents too large for a row, one file each
//   DATA/serve.lock        held by the one process that serves
//   DATA/backup.lock       held while a backup is made: finished bodies are not removed meanwhile
//
// Bodies, messages and statements refer to the store: it must outlive them.

#include <filesystem>
#include <memory>

#include "store/common/store.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

struct StoreOptions {
  std::filesystem::path data = {};
  Access access = Access::Tool;  ///< Serve removes what an earlier life left unfinished; only one process may
  bool create = true;            ///< false: a data folder without a database is store.cannot-open
  std::size_t readers = 4;
  std::size_t inline_body_limit = std::size_t{64} * 1024;  ///< bytes of a body that stay in the row
  std::string instance = "tool";                           ///< for the tracking log
};

class SqliteStore : public Store {
 public:
  /// store.already-serving, store.cannot-open, store.too-new, store.corrupt.
  /// `clock` must outlive it.
  static Result<std::unique_ptr<SqliteStore>> open(const StoreOptions& options, const Clock& clock);
  virtual sql::Database& database() = 0;
  virtual const std::filesystem::path& data() const = 0;
};

/// The name of the database in its data folder.
inline constexpr std::string_view kDatabaseName = "sealgate.db";

}  // namespace sealgate::store
