// The log of SQLite in few writes: others see each commit at once, nothing of a transaction that was rolled back or
// that the disk refused remains, and what a crash leaves is whole.

#include "store/sqlite/sql/log_vfs.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using sql::log_vfs;
using sql::register_log_vfs;
using namespace testing_support;

namespace {

/// Between the layer under test and that of the system: counts the writes to logs, and fails as it is told.
struct Below {
  int writes = 0;
  int fail_after = -1;  ///< so many writes go well; -1: all
  int code = SQLITE_FULL;
};
Below below;
sqlite3_io_methods counting;
const sqlite3_io_methods* real = nullptr;

int count_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  ++below.writes;
  if (below.fail_after == 0) {
    // As a disk that is full: a part of it fits.
    EXPECT_EQ(real->xWrite(file, bytes, size / 2, offset), SQLITE_OK);
    return below.code;
  }
  if (below.fail_after > 0) --below.fail_after;
  return real->xWrite(file, bytes, size, offset);
}

int open_counting(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  sqlite3_vfs* const system = ::sqlite3_vfs_find(nullptr);
  const int code = system->xOpen(system, name, file, flags, flags_out);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0) return code;
  real = file->pMethods;
  counting = *file->pMethods;
  counting.xWrite = &count_write;
  file->pMethods = &counting;
  return code;
}

constexpr const char* kOnCounting = "test-log-on-counting";

void register_on_counting() {
  static sqlite3_vfs layer = [] {
    sqlite3_vfs copy = *::sqlite3_vfs_find(nullptr);
    copy.zName = "test-counting";
    copy.pNext = nullptr;
    copy.xOpen = &open_counting;
    return copy;
  }();
  static const int code = register_log_vfs(kOnCounting, &layer);
  ASSERT_EQ(code, SQLITE_OK);
}

/// A connection on a layer by its name; nullptr: that of the system, which every other program uses.
class Handle {
 public:
  Handle(const std::string& path, const char* vfs) {
    EXPECT_EQ(::sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
    ::sqlite3_busy_timeout(handle_, 10'000);
    run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { ::sqlite3_close(handle_); }

  int try_run(const std::string& sql) { return ::sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr); }
  void run(const std::string& sql) { EXPECT_EQ(try_run(sql), SQLITE_OK) << sql << ": " << ::sqlite3_errmsg(handle_); }
  std::string ask(const std::string& sql) {
    std::string answer;
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0] == nullptr ? "" : values[0];
      return 0;
    };
    EXPECT_EQ(::sqlite3_exec(handle_, sql.c_str(), take, &answer, nullptr), SQLITE_OK) << ::sqlite3_errmsg(handle_);
    return answer;
  }
  bool in_transaction() const { return ::sqlite3_get_autocommit(handle_) == 0; }

 private:
  sqlite3* handle_ = nullptr;
};

/// So many rows of some kilobytes each; `mark` is in all of them.
std::string insert(int rows, int mark) {
  return "INSERT INTO rows (mark, content) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i "
         "< " +
         std::to_string(rows) + ") SELECT " + std::to_string(mark) + ", randomblob(3000) FROM n";
}

constexpr const char* kTable = "CREATE TABLE rows (number INTEGER PRIMARY KEY, mark INTEGER NOT NULL, content BLOB)";
constexpr const char* kCount = "SELECT count(*) FROM rows";
/// Everything of a transaction must leave memory before its end.
constexpr const char* kSmallCache = "PRAGMA cache_size=5; PRAGMA cache_spill=5";

class LogVfs : public ::testing::Test {
 protected:
  void SetUp() override {
    below = {};
    register_on_counting();
  }
  std::string path(const std::string& name = "test.db") const { return (folder_.path() / name).string(); }

  /// What a crash of everything at this moment would leave, opened by others: its answer to `sql`, and it is sound.
  std::string after_crash(const std::string& sql) const {
    const std::string copy = path("copy.db");
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(copy + end);
    for (const char* end : {"", "-wal"}) std::filesystem::copy_file(path() + end, copy + end);
    Handle handle(copy, nullptr);
    EXPECT_EQ(handle.ask("PRAGMA integrity_check"), "ok");
    return handle.ask(sql);
  }

  ScratchFolder folder_;
};

TEST_F(LogVfs, ACommitIsOneWriteHoweverManyPagesItHas) {
  Handle writer(path(), kOnCounting);
  writer.run(kTable);
  below.writes = 0;
  writer.run(insert(10, 1));
  EXPECT_EQ(below.writes, 1);
  writer.run(insert(1, 2));
  EXPECT_EQ(below.writes, 2);
  EXPECT_EQ(after_crash(kCount), "11");
}

TEST_F(LogVfs, ALargeCommitIsAFewWritesAndWhole) {
  Handle writer(path(), kOnCounting);
  writer.run(kTable);
  below.writes = 0;
  writer.run(insert(300, 1));  // a megabyte
  EXPECT_GT(below.writes, 5);
  EXPECT_LT(below.writes, 15);
  EXPECT_EQ(after_crash(kCount), "300");
}

TEST_F(LogVfs, OthersSeeACommitAtOnceHoweverItIsSynced) {
  for (const std::string synchronous : {"OFF", "NORMAL", "FULL", "EXTRA"}) {
    Handle writer(path(), log_vfs());
    writer.run("PRAGMA synchronous=" + synchronous);
    writer.run(std::string("DROP TABLE IF EXISTS rows; ") + kTable);
    Handle reader(path(), nullptr);
    for (int i = 1; i <= 20; ++i) {
      writer.run(insert(i % 3 + 1, i));
      const std::string count = writer.ask(kCount);
      EXPECT_EQ(reader.ask(kCount), count) << synchronous;
      EXPECT_EQ(reader.ask("SELECT max(mark) FROM rows WHERE length(content) = 3000"), std::to_string(i));
      EXPECT_EQ(after_crash(kCount), count) << synchronous;
    }
  }
}

TEST_F(LogVfs, AnotherProcessReadsAndWritesBetweenTwoCommits) {
  Handle writer(path(), log_vfs());
  writer.run("PRAGMA synchronous=OFF");
  writer.run(kTable);
  for (int i = 0; i < 5; ++i) {
    writer.run(insert(3, i));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Not a connection of the parent is touched here.
      bool good = false;
      {
        Handle other(path(), i % 2 == 0 ? nullptr : log_vfs());
        good = other.ask(kCount) == std::to_string(i * 4 + 3);
        other.run(insert(1, 100 + i));
      }
      ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << i;
    EXPECT_EQ(writer.ask(kCount), std::to_string(i * 4 + 4));
  }
  EXPECT_EQ(after_crash(kCount), "20");
}

TEST_F(LogVfs, ATransactionThatDoesNotFitIntoMemoryReadsItselfAndIsWhole) {
  // Pages that are written, read and written again before the commit: SQLite overwrites their frames and corrects
  // the checksums of all that follow.
  for (const std::string synchronous : {"OFF", "FULL"}) {
    Handle writer(path(), log_vfs());
    writer.run(std::string(kSmallCache) + "; PRAGMA synchronous=" + synchronous);
    writer.run(std::string("DROP TABLE IF EXISTS rows; ") + kTable);
    writer.run(insert(100, 1));
    writer.run("BEGIN");
    writer.run("UPDATE rows SET mark = mark + 1");
    EXPECT_EQ(writer.ask("SELECT sum(mark) FROM rows"), "200");
    writer.run(insert(50, 2));
    writer.run("UPDATE rows SET mark = mark + 1");
    EXPECT_EQ(writer.ask("SELECT sum(mark) FROM rows"), "450");
    EXPECT_EQ(after_crash("SELECT sum(mark) FROM rows"), "100") << "nothing of it before its commit";
    writer.run("COMMIT");
    EXPECT_EQ(writer.ask("SELECT sum(mark) FROM rows"), "450");
    EXPECT_EQ(after_crash("SELECT sum(mark) FROM rows"), "450") << synchronous;
    EXPECT_EQ(Handle(path(), nullptr).ask("SELECT sum(mark) FROM rows"), "450");
  }
}

TEST_F(LogVfs, WhatWasRolledBackDoesNotCoverWhatAnotherConnectionCommits) {
  Handle writer(path(), log_vfs());
  writer.run(kSmallCache);
  writer.run(kTable);
  writer.run(insert(60, 0));
  Handle other(path(), nullptr);
  for (int i = 0; i < 10; ++i) {
    writer.run("BEGIN");
    writer.run(insert(20, -1));
    writer.run("SAVEPOINT inner");
    writer.run(insert(20, -2));
    writer.run("ROLLBACK TO inner");
    writer.run("ROLLBACK");
    // One that ends without another look at the log.
    writer.run("BEGIN; UPDATE rows SET mark = -3; ROLLBACK");
    other.run(insert(1, i));
    writer.run(insert(1, i));
    EXPECT_EQ(after_crash(kCount), std::to_string(2 * i + 62));
  }
  EXPECT_EQ(other.ask("SELECT count(*) FROM rows WHERE mark < 0"), "0");
  EXPECT_EQ(other.ask("PRAGMA integrity_check"), "ok");
}

TEST_F(LogVfs, AWriteThatFailsFailsTheCommitAndLeavesNothing) {
  Handle writer(path(), kOnCounting);
  writer.run(kTable);
  writer.run(insert(3, 1));
  Handle reader(path(), nullptr);
  for (const std::string synchronous : {"OFF", "FULL"}) {
    writer.run("PRAGMA synchronous=" + synchronous);
    for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
      for (const int rows : {1, 20, 100}) {
        for (int good = 0; good < 2 && good * 60 < rows; ++good) {
          below.code = code;
          below.fail_after = good;
          EXPECT_EQ(writer.try_run(insert(rows, -1)), code & 0xff) << rows;
          EXPECT_FALSE(writer.in_transaction());
          EXPECT_EQ(reader.ask(kCount), "3");
          EXPECT_EQ(after_crash(kCount), "3");
          below.fail_after = -1;
        }
      }
    }
  }
  EXPECT_EQ(writer.ask(kCount), "3");
  writer.run(insert(1, 1));
  EXPECT_EQ(reader.ask(kCount), "4");
  EXPECT_EQ(after_crash("SELECT sum(mark) FROM rows"), "4");
}

TEST_F(LogVfs, WhateverCallMeetsAFullDiskNoFrameIsMissingInACommit) {
  // After some failures SQLite goes on with the transaction. What it was told is written must be there then.
  constexpr const char* kSum = "SELECT sum(mark) FROM rows";
  Handle writer(path(), kOnCounting);
  writer.run("PRAGMA synchronous=OFF");
  writer.run(kSmallCache);
  writer.run(kTable);
  writer.run(insert(100, 1));
  bool whole = false;
  int partly = 0;
  for (int good = 0; !whole; ++good) {
    ASSERT_LT(good, 500);
    const std::string before = writer.ask(kSum);
    below.fail_after = good;
    writer.run("BEGIN");
    int failures = 0;
    for (const std::string& sql : {insert(7, 7), std::string("SELECT sum(length(content)) FROM rows"),
                                   std::string("UPDATE rows SET mark = mark + 1"),
                                   std::string("SELECT sum(length(content)) FROM rows"), insert(40, 8)}) {
      if (!writer.in_transaction() || writer.try_run(sql) == SQLITE_OK) continue;
      ++failures;
      below.fail_after = -1;  // there is space again
    }
    const bool committed = writer.in_transaction() && writer.try_run("COMMIT") == SQLITE_OK;
    below.fail_after = -1;
    if (writer.in_transaction()) writer.run("ROLLBACK");
    whole = committed && failures == 0;
    partly += committed && failures > 0 ? 1 : 0;
    const std::string sum = writer.ask(kSum);
    EXPECT_EQ(after_crash(kSum), sum) << good;
    EXPECT_TRUE(committed || sum == before) << good;
    EXPECT_EQ(writer.ask("PRAGMA integrity_check"), "ok") << good;
    writer.run("DELETE FROM rows WHERE number > 100; UPDATE rows SET mark = 1");
  }
  EXPECT_GT(partly, 0) << "this test tries nothing";
}

TEST_F(LogVfs, TheLogIsFoldedAndBegunAnewBesideWriters) {
  Handle writer(path(), log_vfs());
  writer.run("PRAGMA synchronous=OFF; PRAGMA journal_size_limit=20000");
  writer.run(kTable);
  std::atomic<bool> ended{false};
  std::thread folding([&] {
    Handle other(path(), log_vfs());
    for (int i = 0; !ended; ++i) {
      (void)other.try_run(i % 2 == 0 ? "PRAGMA wal_checkpoint(PASSIVE)" : "PRAGMA wal_checkpoint(TRUNCATE)");
    }
  });
  std::thread reading([&] {
    Handle other(path(), nullptr);
    while (!ended) EXPECT_EQ(other.ask("SELECT count(*) % 3 FROM rows"), "0");
  });
  for (int i = 0; i < 300; ++i) writer.run(insert(3, i));
  ended = true;
  folding.join();
  reading.join();
  EXPECT_EQ(writer.ask(kCount), "900");
  writer.run("PRAGMA wal_checkpoint(TRUNCATE)");
  EXPECT_EQ(std::filesystem::file_size(path() + "-wal"), 0U);
  writer.run(insert(1, 1));
  EXPECT_EQ(after_crash(kCount), "901");
}

TEST_F(LogVfs, AProcessThatIsKilledWithinATransactionLeavesWhatItCommitted) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Handle writer(path(), log_vfs());
    writer.run(std::string(kSmallCache) + "; PRAGMA synchronous=OFF");
    writer.run(kTable);
    writer.run(insert(20, 1));
    writer.run("BEGIN");
    writer.run(insert(20, 2));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Handle next(path(), log_vfs());
  EXPECT_EQ(next.ask("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(next.ask(kCount), "20");
}

TEST_F(LogVfs, OtherJournalsAndModesOfLockingWorkAsEver) {
  Handle alone(path(), log_vfs());
  alone.run("PRAGMA locking_mode=EXCLUSIVE");
  alone.run(kTable);
  alone.run(kSmallCache);
  alone.run("BEGIN; " + insert(20, -1) + "; ROLLBACK; " + insert(5, 1));
  EXPECT_EQ(alone.ask(kCount), "5");
  alone.run("PRAGMA locking_mode=NORMAL");
  EXPECT_EQ(alone.ask("PRAGMA journal_mode=DELETE"), "delete");
  alone.run(insert(5, 1));
  EXPECT_EQ(Handle(path("other.db"), log_vfs()).ask("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(alone.ask(kCount), "10");
  EXPECT_EQ(alone.ask("PRAGMA integrity_check"), "ok");
}

TEST(LogVfsName, ALayerThatIsNotThereIsAnError) {
  EXPECT_NE(register_log_vfs("test-on-nothing", nullptr), SQLITE_OK);
  EXPECT_STREQ(log_vfs(), log_vfs());
  EXPECT_NE(::sqlite3_vfs_find(log_vfs()), nullptr);
  EXPECT_NE(::sqlite3_vfs_find(nullptr), ::sqlite3_vfs_find(log_vfs())) << "it is nobody's without a name";
}

}  // namespace
}  // namespace sealgate::store
