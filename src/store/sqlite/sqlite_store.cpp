#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/log.h"
#include "io/file.h"
#include "store/common/errors.h"
#include "store/common/tracking/sealed_log.h"
#include "store/sqlite/sqlite_access.h"
#include "store/sqlite/sqlite_artifact_store.h"
#include "store/sqlite/sqlite_certificate_store.h"
#include "store/sqlite/sqlite_cluster.h"
#include "store/sqlite/sqlite_credentials.h"
#include "store/sqlite/sqlite_memos.h"
#include "store/sqlite/sqlite_message_box.h"
#include "store/sqlite/sqlite_revisions.h"
#include "store/sqlite/sqlite_store_copy.h"
#include "store/sqlite/sqlite_tracking_log.h"

namespace sealgate::store {
namespace {

Result<> make_folder(const std::filesystem::path& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) return {};
  if (path.has_parent_path() && path != path.root_path()) SG_TRY(make_folder(path.parent_path()));
  if (::mkdir(path.c_str(), 0700) == 0) {
    // The folder's own entry is part of what a first acknowledgement promises.
    const io::FileDescriptor parent(
        ::open(path.has_parent_path() ? path.parent_path().c_str() : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) ::fsync(parent.get());
    return {};
  }
  if (errno == EEXIST) return {};
  return fail(errno == ENOSPC ? kDiskFull : kCannotOpen,
              "cannot create the data folder: " + std::generic_category().message(errno), path.string(),
              "create it and give it to the user who runs this, or name another with --data");
}

Result<io::FileDescriptor> lock_for_serving(const std::filesystem::path& data) {
  const std::string path = (data / "serve.lock").string();
  io::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) {
    return fail(kCannotOpen, "cannot open the lock file: " + std::generic_category().message(errno), path,
                "check the permissions of the data folder");
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(kAlreadyServing, "another process serves this data folder", data.string(),
                "stop it first, or use another data folder");
  }
  return file;
}

class Implementation final : public SqliteStore {
 public:
  Implementation(StoreOptions options, const Clock& clock, io::FileDescriptor lock,
                 std::unique_ptr<sql::Database> database)
      : options_(std::move(options)),
        clock_(clock),
        lock_(std::move(lock)),
        database_(std::move(database)),
        spool_(options_.data / "bodies", options_.inline_body_limit),
        box_(*database_, spool_, options_.instance),
        artifacts_(*database_),
        revisions_(*database_),
        certificates_(make_sqlite_certificate_store(*database_, clock)),
        cluster_(*database_, box_),
        memos_(*database_),
        credentials_(*database_),
        access_(*database_),
        tracking_storage_(*database_),
        tracking_(tracking::make_tracking_log(tracking_storage_, tracking::tracking_key_path(options_.data))) {
    database_->before_commit([this] { return spool_.sync(); });
  }

  messaging::MessageBox& box() override { return box_; }
  artifacts::ArtifactStore& artifacts() override { return artifacts_; }
  artifacts::RevisionLog& revisions() override { return revisions_; }
  certificates::CertificateStore& certificates() override { return *certificates_; }
  messaging::Cluster& cluster() override { return cluster_; }
  Memos& memos() override { return memos_; }
  credentials::Storage& credentials() override { return credentials_; }
  access::Storage& access() override { return access_; }
  const Clock& clock() const override { return clock_; }
  std::string description() const override { return "SQLite database " + database_->path(); }
  bool is_shared() const override { return false; }
  std::unique_ptr<StoreReader> reader() override { return make_sqlite_reader(*database_, spool_); }
  Result<std::unique_ptr<StoreWriter>> writer() override { return make_sqlite_writer(*database_, spool_); }
  messaging::TrackingLog& tracking() override { return *tracking_; }
  tracking::TrackingStorage& tracking_storage() override { return tracking_storage_; }
  sql::Database& database() override { return *database_; }
  const std::filesystem::path& data() const override { return options_.data; }

  /// Files that were given a name for a commit that never came.
  Result<> sweep() {
    std::size_t removed = 0;
    // One view for all of them: a million files take seconds, not minutes.
    SG_TRY(database_->read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT 1 FROM messages WHERE file = ?1 UNION ALL "
                                                              "SELECT 1 FROM parts WHERE file = ?1"));
      SG_TRY_ASSIGN(removed, spool_.sweep([&](const std::string& name) -> Result<bool> {
        SG_TRY_ASSIGN(const bool known, select.bind(1, name).step());
        select.reset();
        return known;
      }));
      return {};
    }));
    if (removed > 0) {
      log(LogLevel::Info, "removed bodies of messages that were never accepted",
          {{"files", std::to_string(removed)}});
    }
    return {};
  }

 private:
  StoreOptions options_;
  const Clock& clock_;
  io::FileDescriptor lock_;
  std::unique_ptr<sql::Database> database_;
  BodySpool spool_;
  SqliteMessageBox box_;
  SqliteArtifactStore artifacts_;
  SqliteRevisions revisions_;
  std::unique_ptr<certificates::CertificateStore> certificates_;
  SqliteCluster cluster_;
  SqliteMemos memos_;
  SqliteCredentials credentials_;
  SqliteAccess access_;
  SqliteTrackingStorage tracking_storage_;
  std::unique_ptr<messaging::TrackingLog> tracking_;
};

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const StoreOptions& options, const Clock& clock) {
  StoreOptions absolute = options;
  std::error_code problem;
  absolute.data = std::filesystem::absolute(options.data, problem);
  const std::string database_path = (absolute.data / kDatabaseName).string();
  if (!options.create && !std::filesystem::exists(database_path, problem)) {
    return fail(kCannotOpen, "there is no database in the data folder", database_path,
                "name the data folder with --data, or create one with 'sealgate apply'");
  }
  SG_TRY(make_folder(absolute.data));
  SG_TRY(make_folder(absolute.data / "bodies"));
  io::FileDescriptor lock;
  if (options.access == Access::Serve) {
    SG_TRY_ASSIGN(lock, lock_for_serving(absolute.data));
  }
  SG_TRY_ASSIGN(auto database, sql::Database::open(database_path, absolute.readers));
  const bool serve = options.access == Access::Serve;
  auto store = std::make_unique<Implementation>(std::move(absolute), clock, std::move(lock), std::move(database));
  if (serve) SG_TRY(store->sweep());
  return std::unique_ptr<SqliteStore>(std::move(store));
}

}  // namespace sealgate::store
