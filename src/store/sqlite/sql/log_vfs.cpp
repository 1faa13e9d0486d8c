#include "store/sqlite/sql/log_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

namespace sealgate::store::sql {
namespace {

/// Of a frame: number of the page, commit mark (the size of the database, 0 within a transaction), salts, checksums.
constexpr int kHeadSize = 24;
/// More than a message of 10 KiB needs, and the most that SQLite's layer for Unix takes in one call (it cuts off the
/// higher bits of the size). What is more goes in several calls.
constexpr int kMaximumHeld = 0x1ffff;
/// The number of the lock of who writes (WAL_WRITE_LOCK in SQLite's wal.c).
constexpr int kWriterLock = 0;

bool is_commit(const void* head) {
  const auto* bytes = static_cast<const unsigned char*>(head);
  return std::any_of(bytes + 4, bytes + 8, [](unsigned char byte) { return byte != 0; });
}

class DatabaseFile;

// A file of ours is that of the layer below, opened by it in SQLite's memory, but with a table of methods of its own:
// the original with some of them replaced, and behind it what those need. A method finds it through the file.

/// A write-ahead log.
class LogFile : public sqlite3_io_methods {
 public:
  LogFile(sqlite3_file& file, DatabaseFile& database);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  /// Writes what is held back.
  int write_out();
  /// The end of the writer's lock.
  void let_go();

 private:
  static LogFile& of(sqlite3_file* file) {
    // The table is const for SQLite only.
    return const_cast<LogFile&>(static_cast<const LogFile&>(*file->pMethods));
  }
  int write(const void* bytes, int size, sqlite3_int64 offset);
  int hold(const void* bytes, int size);
  int write_below(const void* bytes, int size, sqlite3_int64 offset);

  sqlite3_file& file_;
  const sqlite3_io_methods& below_;
  DatabaseFile& database_;
  std::unique_ptr<unsigned char[]> held_;  ///< made by the first write: most connections only read
  int held_size_ = 0;
  sqlite3_int64 end_ = -1;     ///< of the last write, also of one that is held back; -1: of none
  bool page_follows_ = false;  ///< a head was held back
  bool commits_ = false;       ///< and it carries the commit mark
};

/// The database that a log belongs to: its file has the locks.
class DatabaseFile : public sqlite3_io_methods {
 public:
  explicit DatabaseFile(sqlite3_file& file);
  /// Null when it has no such table.
  static DatabaseFile* of(sqlite3_file* file) {
    if (file->pMethods->xShmLock != &lock) return nullptr;
    return &const_cast<DatabaseFile&>(static_cast<const DatabaseFile&>(*file->pMethods));
  }
  void set_log(LogFile* log) { log_ = log; }

 private:
  static int lock(sqlite3_file* file, int first, int count, int flags);

  const sqlite3_io_methods& below_;
  LogFile* log_ = nullptr;
};

// The table goes with its file. What belongs to the layer below must be back in its place before that closes the
// file.
template <typename Table>
int close(sqlite3_file& file, const sqlite3_io_methods& below, Table* table) {
  file.pMethods = &below;
  delete table;
  return below.xClose(&file);
}

LogFile::LogFile(sqlite3_file& file, DatabaseFile& database)
    : sqlite3_io_methods(*file.pMethods), file_(file), below_(*file.pMethods), database_(database) {
  xClose = [](sqlite3_file* self) {
    LogFile& log = of(self);
    const int written = log.write_out();
    const int closed = close(*self, log.below_, &log);
    return written != SQLITE_OK ? written : closed;
  };
  xRead = [](sqlite3_file* self, void* bytes, int size, sqlite3_int64 offset) {
    const int written = of(self).write_out();
    return written != SQLITE_OK ? written : of(self).below_.xRead(self, bytes, size, offset);
  };
  xWrite = [](sqlite3_file* self, const void* bytes, int size, sqlite3_int64 offset) {
    return of(self).write(bytes, size, offset);
  };
  xTruncate = [](sqlite3_file* self, sqlite3_int64 size) {
    const int written = of(self).write_out();
    return written != SQLITE_OK ? written : of(self).below_.xTruncate(self, size);
  };
  xSync = [](sqlite3_file* self, int flags) {
    const int written = of(self).write_out();
    return written != SQLITE_OK ? written : of(self).below_.xSync(self, flags);
  };
  xFileSize = [](sqlite3_file* self, sqlite3_int64* size) {
    const int written = of(self).write_out();
    return written != SQLITE_OK ? written : of(self).below_.xFileSize(self, size);
  };
  database_.set_log(this);
}

LogFile::~LogFile() {
  database_.set_log(nullptr);
}

int LogFile::write_out() {
  if (held_size_ == 0) return SQLITE_OK;
  const int code = below_.xWrite(&file_, held_.get(), held_size_, end_ - held_size_);
  if (code == SQLITE_OK) held_size_ = 0;
  return code;
}

void LogFile::let_go() {
  // Nothing of it was committed, so nobody misses what cannot be written.
  if (write_out() == SQLITE_OK) return;
  held_size_ = 0;
  end_ = -1;
}

int LogFile::write(const void* bytes, int size, sqlite3_int64 offset) {
  // Heads alone are written when SQLite corrects the checksums of a transaction, the one with the commit mark last.
  // They are not held back: they do not go on where the last write ended.
  const bool goes_on = offset == end_;
  const bool is_page = goes_on && page_follows_;
  const bool is_head = goes_on && !page_follows_ && size == kHeadSize;
  page_follows_ = is_head;
  if (is_head) commits_ = is_commit(bytes);
  if (!is_head && !is_page) {
    const int code = write_out();
    return code != SQLITE_OK ? code : write_below(bytes, size, offset);
  }
  const int code = hold(bytes, size);
  if (code != SQLITE_OK || is_head || !commits_) return code;
  const int written = write_out();
  if (written != SQLITE_OK && held_size_ >= size) {
    // SQLite will not take it for written, so it must not be written later.
    held_size_ -= size;
    end_ -= size;
  }
  return written;
}

int LogFile::hold(const void* bytes, int size) {
  if (held_ == nullptr) held_.reset(new (std::nothrow) unsigned char[kMaximumHeld]);
  if (held_ == nullptr || held_size_ + size > kMaximumHeld) {
    const int code = write_out();
    if (code != SQLITE_OK) return code;
    if (held_ == nullptr || size > kMaximumHeld) return write_below(bytes, size, end_);
  }
  std::copy_n(static_cast<const unsigned char*>(bytes), size, held_.get() + held_size_);
  held_size_ += size;
  end_ += size;
  return SQLITE_OK;
}

int LogFile::write_below(const void* bytes, int size, sqlite3_int64 offset) {
  const int code = below_.xWrite(&file_, bytes, size, offset);
  end_ = code == SQLITE_OK ? offset + size : -1;
  return code;
}

DatabaseFile::DatabaseFile(sqlite3_file& file) : sqlite3_io_methods(*file.pMethods), below_(*file.pMethods) {
  xShmLock = &lock;
  // A barrier lies between the frames and the news of them in shared memory. Nothing that is news is held back there;
  // should SQLite ever write frames of another shape, this still puts them first.
  xShmBarrier = [](sqlite3_file* self) {
    const DatabaseFile& database = *of(self);
    if (database.log_ != nullptr) (void)database.log_->write_out();
    database.below_.xShmBarrier(self);
  };
  xClose = [](sqlite3_file* self) {
    DatabaseFile* const table = of(self);
    return close(*self, table->below_, table);
  };
}

int DatabaseFile::lock(sqlite3_file* file, int first, int count, int flags) {
  const DatabaseFile& database = *of(file);
  const bool unlocks = (flags & SQLITE_SHM_UNLOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if (unlocks && first == kWriterLock && database.log_ != nullptr) database.log_->let_go();
  return database.below_.xShmLock(file, first, count, flags);
}

struct LogVfs {
  sqlite3_vfs vfs;
  sqlite3_vfs* below;
};

/// Without memory for a table the file stays as the layer below opened it: it works all the same.
int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  sqlite3_vfs* const below = reinterpret_cast<LogVfs*>(self)->below;
  const int code = below->xOpen(below, name, file, flags, flags_out);
  if (code != SQLITE_OK) return code;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0 && file->pMethods->iVersion >= 2) {
    if (auto* table = new (std::nothrow) DatabaseFile(*file)) file->pMethods = table;
  } else if ((flags & SQLITE_OPEN_WAL) != 0) {
    DatabaseFile* const database = DatabaseFile::of(::sqlite3_database_file_object(name));
    if (database == nullptr) return code;
    if (auto* table = new (std::nothrow) LogFile(*file, *database)) file->pMethods = table;
  }
  return code;
}

}  // namespace

int register_log_vfs(const char* name, sqlite3_vfs* below) {
  if (below == nullptr) return SQLITE_ERROR;
  auto layer = std::unique_ptr<LogVfs>(new (std::nothrow) LogVfs{*below, below});
  if (layer == nullptr) return SQLITE_NOMEM;
  // The other functions find in the copied fields what they look for in those of the layer below.
  layer->vfs.zName = name;
  layer->vfs.pNext = nullptr;
  layer->vfs.xOpen = &open;
  const int code = ::sqlite3_vfs_register(&layer->vfs, 0);
  if (code == SQLITE_OK) (void)layer.release();  // it is SQLite's now
  return code;
}

const char* log_vfs() {
  constexpr const char* kName = "sealgate-log";
  static const bool registered = register_log_vfs(kName, ::sqlite3_vfs_find(nullptr)) == SQLITE_OK;
  return registered ? kName : nullptr;
}

}  // namespace sealgate::store::sql
