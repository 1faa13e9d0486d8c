#include "store/sqlite/backup/backup.h"

#include <algorithm>

#include "store/common/errors.h"
#include "store/sqlite/backup/manifest.h"
#include "store/sqlite/backup/work_folder.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sql/connection.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {
namespace {

using backup::Entry;
using backup::Manifest;
using backup::WorkFolder;
using Connection = sql::Connection;

Result<> check_integrity(Connection& connection, ErrorCode code) {
  SG_TRY_ASSIGN(sql::Statement check, connection.prepare("PRAGMA integrity_check(1)"));
  SG_TRY_ASSIGN(const bool row, check.step());
  if (row && check.view(0) == "ok") return {};
  return fail(code, "the database is damaged: " + (row ? check.text(0) : std::string("no answer")), connection.path(),
              "use an earlier backup, and look for errors of the disk in the system log");
}

struct FileOfBody {
  std::string name;
  Bytes sha256;
};

/// The next file by name.
Result<std::optional<FileOfBody>> next_file(Connection& connection, const std::string& after) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT file, sha256 FROM messages WHERE file > ?1 UNION ALL "
                                   "SELECT file, sha256 FROM parts WHERE file > ?1 ORDER BY 1 LIMIT 1"));
  select.bind(1, after);
  SG_TRY_ASSIGN(const bool row, select.step());
  if (!row) return std::optional<FileOfBody>();
  const ByteView sha256 = select.bytes(1);
  return FileOfBody{select.text(0), Bytes(sha256.begin(), sha256.end())};
}

Result<> copy_bodies(const std::filesystem::path& data, const WorkFolder& folder, Connection& snapshot,
                     Manifest& manifest, BackupReport& report) {
  SG_TRY(folder.make("bodies"));
  for (std::string after;;) {
    SG_TRY_ASSIGN(const auto next, next_file(snapshot, after));
    if (!next) return {};
    after = next->name;
    const std::string path = "bodies/" + next->name;
    std::error_code problem;
    if (!std::filesystem::exists(data / path, problem)) {
      // The message will be suspended for it; that is no reason not to save all the others.
      ++report.missing;
      continue;
    }
    SG_TRY_ASSIGN(Entry copied, backup::copy_file(data / path, folder.path(), path));
    if (copied.sha256 != to_hex(next->sha256)) {
      return fail(
          kBodyDamaged, "a stored body is not what was stored", (data / path).string(),
          "look for errors of the disk in the system log; terminate the message, or restore an earlier backup");
    }
    manifest.entries.push_back(std::move(copied));
  }
}

Result<> copy_keys(const std::filesystem::path& data, const WorkFolder& folder, Manifest& manifest) {
  SG_TRY(folder.make("keys"));
  std::error_code problem;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(data / "keys", problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->is_regular_file(problem)) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    SG_TRY_ASSIGN(Entry copied, backup::copy_file(file, folder.path(), "keys/" + file.filename().string()));
    manifest.entries.push_back(std::move(copied));
  }
  return {};
}

Result<std::uint64_t> count_messages(Connection& connection) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT count(*) FROM messages"));
  SG_TRY(select.step());
  return static_cast<std::uint64_t>(select.integer(0));
}

void add_up(const Manifest& manifest, BackupReport& report) {
  report.files = manifest.entries.size();
  for (const Entry& entry : manifest.entries) {
    report.bytes += entry.size;
    report.with_keys = report.with_keys || entry.path.starts_with("keys/");
  }
}

}  // namespace

Result<BackupReport> back_up(const std::filesystem::path& data, const std::filesystem::path& target, bool with_keys,
                             Time now) {
  const std::filesystem::path database = data / kDatabaseName;
  std::error_code problem;
  if (!std::filesystem::exists(database, problem)) {
    return fail(kCannotOpen, "there is no database in the data folder", database.string(),
                "name the data folder with --data");
  }
  SG_TRY_ASSIGN(WorkFolder folder, WorkFolder::create(target));
  SG_TRY_ASSIGN(const io::FileDescriptor hold, hold_bodies(data));
  const std::string copy = (folder.path() / kDatabaseName).string();
  BackupReport report;
  Manifest manifest;
  manifest.created = now;
  {
    SG_TRY_ASSIGN(const auto source, Connection::open(database.string(), Connection::Mode::ReadOnly));
    SG_TRY(source->copy_to(copy));
    SG_TRY_ASSIGN(const auto snapshot, Connection::open(copy, Connection::Mode::ReadWrite));
    SG_TRY(check_integrity(*snapshot, kCorrupt));
    SG_TRY(copy_bodies(data, folder, *snapshot, manifest, report));
    SG_TRY_ASSIGN(report.messages, count_messages(*snapshot));
  }
  if (with_keys) SG_TRY(copy_keys(data, folder, manifest));
  // Closed, it is one file without a log beside it.
  SG_TRY_ASSIGN(Entry entry, backup::measure(folder.path(), std::string(kDatabaseName)));
  manifest.entries.insert(manifest.entries.begin(), std::move(entry));
  SG_TRY(backup::write_manifest(folder.path(), manifest));
  SG_TRY(folder.commit());
  add_up(manifest, report);
  return report;
}

Result<BackupReport> restore(const std::filesystem::path& backup, const std::filesystem::path& data,
                             const Clock& clock) {
  SG_TRY_ASSIGN(const Manifest manifest, backup::read_manifest(backup));
  SG_TRY_ASSIGN(WorkFolder folder, WorkFolder::create(data));
  SG_TRY(folder.make("bodies"));
  SG_TRY(folder.make("keys"));
  bool database = false;
  for (const Entry& entry : manifest.entries) {
    const std::string top = entry.path.substr(0, entry.path.find('/'));
    if (entry.path != kDatabaseName && top != "bodies" && top != "keys") {
      return fail(kBadBackup, "the backup has a file that no data folder has", entry.path, "use another backup");
    }
    database = database || entry.path == kDatabaseName;
    auto copied = backup::copy_file(backup / entry.path, folder.path(), entry.path);
    if (!copied) return fail(kBadBackup, copied.error().what, copied.error().where, "use another backup");
    if (copied->size != entry.size || copied->sha256 != entry.sha256) {
      return fail(kBadBackup, "a file of the backup is not what was backed up", (backup / entry.path).string(),
                  "use another backup");
    }
  }
  if (!database) return fail(kBadBackup, "the backup has no database", backup.string(), "use another backup");
  BackupReport report;
  {
    SG_TRY_ASSIGN(const auto connection,
                  Connection::open((folder.path() / kDatabaseName).string(), Connection::Mode::ReadWrite));
    SG_TRY(check_integrity(*connection, kBadBackup));
  }
  {
    // By this program: one that is too old for the backup says so now.
    SG_TRY_ASSIGN(const auto store, SqliteStore::open({.data = folder.path(), .create = false}, clock));
    SG_TRY(store->database().read([&](Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(report.messages, count_messages(connection));
      return {};
    }));
  }
  SG_TRY(folder.commit());
  add_up(manifest, report);
  return report;
}

}  // namespace sealgate::store
