#include "store/sqlite/sql/checkpointer.h"

#include <system_error>

#include "base/log.h"

namespace sealgate::store::sql {

Checkpointer::Checkpointer(Connection& writer, Limits limits)
    : writer_(writer), limits_(limits), next_by_writer_(limits.limit) {
  writer_.after_commit([this](int pages) { committed(pages); });
}

Checkpointer::~Checkpointer() {
  writer_.after_commit({});
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  told_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::committed(int pages) {
  if (pages < pages_) {  // The log began anew.
    folded_ = 0;
    next_by_writer_ = limits_.limit;
  }
  pages_ = pages;
  if (pages >= next_by_writer_) {
    // A reader may hold it back, or the thread may be at it: another try when there is something more to fold.
    next_by_writer_ = pages + limits_.fold_every;
    const auto folded = writer_.fold_log();
    judge(folded);
    if (folded) folded_ = folded->folded;
  } else if (pages - folded_ >= limits_.fold_every) {
    wake();
  }
}

void Checkpointer::wake() {
  {
    const std::scoped_lock lock(mutex_);
    wanted_ = true;
  }
  if (thread_.joinable()) {
    told_.notify_one();
    return;
  }
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    next_by_writer_ = 0;  // No thread to be had: the writer does it with its next commit.
  }
}

void Checkpointer::run() {
  // That kind may fold, and it does not create a database whose file somebody took away.
  auto connection = Connection::open(writer_.path(), Connection::Mode::ReadOnly);
  if (!connection) {
    judge(fail(connection.error()));
    return;
  }
  std::unique_lock lock(mutex_);
  for (;;) {
    told_.wait(lock, [this] { return wanted_ || ending_; });
    if (!wanted_) return;
    wanted_ = false;
    lock.unlock();
    const auto folded = (*connection)->fold_log();
    judge(folded);
    if (folded) folded_ = folded->folded;
    lock.lock();
  }
}

void Checkpointer::judge(const Result<Connection::Log>& folded) {
  if (folded) {
    failing_ = false;
  } else if (!failing_.exchange(true)) {
    log(LogLevel::Warning, "the write-ahead log could not be folded into the database; it grows until it can",
        {{"reason", folded.error().to_string()}});
  }
}

}  // namespace sealgate::store::sql
