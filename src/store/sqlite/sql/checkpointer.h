#pragma once
// Folds SQLite's write-ahead log back into the database beside those who write, so that no message waits for it.
//
// SQLite left alone does it within the commit that finds the log too long, and everybody waits meanwhile: some
// milliseconds every hundred messages. A thread with a connection of its own does it here. It never catches up with
// writers that go on all the time, and the log begins anew only when all of it is folded: when it has grown to
// `limit`, the writer folds the little that is left itself.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/sql/connection.h"

namespace sealgate::store::sql {

class Checkpointer {
 public:
  struct Limits {
    int fold_every = 500;  ///< pages of log (8 KiB each) between two folds: 4 MiB
    int limit = 8192;      ///< pages of log from which on the writer folds: 64 MiB
  };

  /// Listens to the commits of `writer`, which must outlive it.
  Checkpointer(Connection& writer, Limits limits);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  /// Waits for the fold that is wanted, if any. Nobody may commit on the writer meanwhile.
  ~Checkpointer();

 private:
  /// After each commit, on the writer's thread: the log has `pages` now.
  void committed(int pages);
  void wake();
  void run();
  /// Says so once, until it works again. Nothing is lost: the log keeps what is not folded.
  void judge(const Result<Connection::Log>& folded);

  Connection& writer_;
  const Limits limits_;
  int pages_ = 0;               ///< of the log after the last commit
  int next_by_writer_;          ///< when the writer tries (again)
  std::atomic<int> folded_{0};  ///< pages of the log that are in the database
  std::atomic<bool> failing_{false};

  std::mutex mutex_;
  std::condition_variable told_;
  bool wanted_ = false;
  bool ending_ = false;
  std::thread thread_;  ///< begins with the first fold: most tools never need one
};

}  // namespace sealgate::store::sql
