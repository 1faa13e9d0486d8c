#include "store/sqlite/sql/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "io/file.h"
#include "store/common/errors.h"
#include "store/sqlite/sql/log_vfs.h"

namespace sealgate::store::sql {
namespace {

constexpr int kBusyTimeoutMilliseconds = 10'000;

// Pages in the log before a commit folds it back into the database: 16 MiB, for connections that nobody folds for
// (checkpointer.h). A log that grew large gives its room back when it begins anew.
// Pages of 8 KiB (of a new database): a body of 10 KiB takes a piece of a page and one more, and not three, each of
// which is two writes to the log.
constexpr std::string_view kSettings =
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=83886080; "
    "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";

/// Before SQLite's first use: without figures on the memory that it takes. Nobody asks for them, and each piece of
/// memory is counted under one lock for all threads.
void configure() {
  [[maybe_unused]] static const int code = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
      return kDiskFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return kBusy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kCorrupt;
    case SQLITE_IOERR:
      return kIoFailed;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return kCannotOpen;
    case SQLITE_CONSTRAINT:
      return kConstraint;
    default:
      return kSqlFailed;
  }
}

std::string remedy_of(ErrorCode code) {
  if (code == kDiskFull) return "free space on the disk of the data folder";
  if (code == kBusy) return "another process holds the database; try again, or end the other process";
  if (code == kCorrupt) return "restore the database from its backup";
  if (code == kIoFailed) return "check the disk of the data folder (space, quota, errors in the system log)";
  if (code == kCannotOpen) return "check that the data folder exists and belongs to the user who runs this";
  return {};
}

}  // namespace

Statement::~Statement() {
  if (handle_ == nullptr) return;
  ::sqlite3_reset(handle_);
  ::sqlite3_clear_bindings(handle_);
}

Statement& Statement::bind(int index, std::int64_t value) {
  ::sqlite3_bind_int64(handle_, index, value);
  return *this;
}

// SQLITE_STATIC is a null pointer; SQLite does not copy. An empty view must not become NULL.
Statement& Statement::bind(int index, std::string_view text) {
  ::sqlite3_bind_text64(handle_, index, text.empty() ? "" : text.data(), text.size(), nullptr, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int index, ByteView bytes) {
  if (bytes.empty()) {
    ::sqlite3_bind_zeroblob(handle_, index, 0);
  } else {
    ::sqlite3_bind_blob64(handle_, index, bytes.data(), bytes.size(), nullptr);
  }
  return *this;
}

Statement& Statement::bind_null(int index) {
  ::sqlite3_bind_null(handle_, index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = ::sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(connection_->error(code, ::sqlite3_sql(handle_)));
}

Result<> Statement::run() {
  SG_TRY(step());
  reset();
  return {};
}

void Statement::reset() {
  ::sqlite3_reset(handle_);
}

std::int64_t Statement::integer(int column) const {
  return ::sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
  const ByteView view = bytes(column);
  return std::string(as_text(view));
}

std::string_view Statement::view(int column) const {
  return as_text(bytes(column));
}

ByteView Statement::bytes(int column) const {
  const void* data = ::sqlite3_column_blob(handle_, column);
  const int size = ::sqlite3_column_bytes(handle_, column);
  return data == nullptr ? ByteView() : ByteView(static_cast<const Byte*>(data), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return ::sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  if (mode == Mode::ReadWrite) {
    // SQLite gives its log and index files the mode of the database, so that alone has to be right from the start.
    const io::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) {
      const int number = errno;
      const ErrorCode code = number == ENOSPC || number == EDQUOT ? kDiskFull : kCannotOpen;
      return fail(code, "cannot open the database: " + std::generic_category().message(number), path,
                  remedy_of(code));
    }
  }
  configure();
  sqlite3* handle = nullptr;
  // Read-only means that we never write; the file itself is opened for writing, because a reader of a database in WAL
  // mode must be able to recover the log after a crash.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = ::sqlite3_open_v2(path.c_str(), &handle, flags, log_vfs());
  std::unique_ptr<Connection> connection(new Connection(handle, path));
  if (code != SQLITE_OK) return fail(connection->error(code, {}));
  ::sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  SG_TRY(connection->execute(std::string(kSettings)));
  if (mode == Mode::ReadOnly) SG_TRY(connection->execute("PRAGMA query_only=ON"));
  return connection;
}

Connection::~Connection() {
  for (auto& [text, statement] : statements_) ::sqlite3_finalize(statement);
  ::sqlite3_close(handle_);
}

Result<Statement> Connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Statement(*this, known->second);
  sqlite3_stmt* statement = nullptr;
  const int code = ::sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
  if (code != SQLITE_OK) return fail(error(code, sql));
  statements_.emplace(std::string(sql), statement);
  return Statement(*this, statement);
}

Result<> Connection::execute(const std::string& sql) {
  const int code = ::sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(error(code, sql));
  return {};
}

Result<> Connection::copy_to(const std::string& path) const {
  const io::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) {
    const ErrorCode code = errno == ENOSPC || errno == EDQUOT ? kDiskFull : kCannotOpen;
    return fail(code, "cannot create the copy: " + std::generic_category().message(errno), path, remedy_of(code));
  }
  // Without our settings: it takes over those of the original, also the size of its pages.
  sqlite3* handle = nullptr;
  const int opened = ::sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  const std::unique_ptr<Connection> target(new Connection(handle, path));
  if (opened != SQLITE_OK) return fail(target->error(opened, {}));
  sqlite3_backup* backup = ::sqlite3_backup_init(handle, "main", handle_, "main");
  if (backup == nullptr) return fail(target->error(::sqlite3_errcode(handle), {}));
  // All of it in one step: one read transaction, during which writers go on. Step by step it would start again with
  // every write of another process.
  const int stepped = ::sqlite3_backup_step(backup, -1);
  const int finished = ::sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) return fail(target->error(stepped == SQLITE_OK ? finished : stepped, {}));
  if (finished != SQLITE_OK) return fail(target->error(finished, {}));
  return {};
}

Result<Connection::Log> Connection::fold_log() {
  Log log;
  const int code = ::sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, &log.pages, &log.folded);
  if ((code & 0xff) == SQLITE_BUSY) return Log{};
  if (code != SQLITE_OK) return fail(error(code, "checkpoint"));
  return log;
}

void Connection::after_commit(std::function<void(int pages)> heard) {
  after_commit_ = std::move(heard);
  const auto tell = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<Connection*>(self)->after_commit_(pages);
    return SQLITE_OK;
  };
  ::sqlite3_wal_hook(handle_, after_commit_ ? +tell : nullptr, this);
}

std::int64_t Connection::changes() const {
  return ::sqlite3_changes64(handle_);
}
std::int64_t Connection::total_changes() const {
  return ::sqlite3_total_changes64(handle_);
}
std::int64_t Connection::last_insert_rowid() const {
  return ::sqlite3_last_insert_rowid(handle_);
}
bool Connection::in_transaction() const {
  return handle_ != nullptr && ::sqlite3_get_autocommit(handle_) == 0;
}

Error Connection::error(int code, std::string_view sql) const {
  const ErrorCode kind = code_of(code);
  std::string what = "the database refused: ";
  what += handle_ == nullptr ? ::sqlite3_errstr(code) : ::sqlite3_errmsg(handle_);
  if (kind == kSqlFailed || kind == kConstraint) what += " in '" + std::string(sql.substr(0, 120)) + "'";
  if (kind == kIoFailed) what += " (" + std::to_string(code) + ")";
  return Error{kind, std::move(what), path_, remedy_of(kind)};
}

}  // namespace sealgate::store::sql
