#pragma once
// The data folder and everything in it: one SQLite database, the files of large bodies, the lock of the serving
// process.
//
//   DATA/            0700
//   DATA/sealgate.db 0600  messages, work, artifacts, certificates
//   DATA/bodies/     0700  contents too large for a row, one file each
//   DATA/serve.lock        held by the one process that serves
//
// Bodies, messages and statements refer to the store: it must outlive them.

#include <filesystem>
#include <memory>

#include "artifacts/artifact_store.h"
#include "messaging/message_box.h"
#include "store/sql/database.h"

namespace sealgate::store {

enum class Access {
  Serve,  ///< the one process that runs the hosts; removes what an earlier life left unfinished
  Tool    ///< a command beside it
};

struct StoreOptions {
  std::filesystem::path data = {};
  Access access = Access::Tool;
  bool create = true;  ///< false: a data folder without a database is store.cannot-open
  std::size_t readers = 4;
  std::size_t inline_body_limit = std::size_t{64} * 1024;  ///< bytes of a body that stay in the row
};

class SqliteStore {
 public:
  /// store.already-serving, store.cannot-open, store.too-new, store.corrupt.
  static Result<std::unique_ptr<SqliteStore>> open(const StoreOptions& options);
  virtual ~SqliteStore() = default;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  virtual messaging::MessageBox& box() = 0;
  virtual artifacts::ArtifactStore& artifacts() = 0;
  /// For the certificate store, which shares the database (table `certificates`).
  virtual sql::Database& database() = 0;
  virtual const std::filesystem::path& data() const = 0;

 protected:
  SqliteStore() = default;
};

/// The name of the database in its data folder.
inline constexpr std::string_view kDatabaseName = "sealgate.db";

}  // namespace sealgate::store
