#include "store/sqlite/sql/database.h"

#include <pthread.h>
#include <semaphore.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>
#include <system_error>

#include "base/log.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/sqlite/schema/migrations.h"

namespace sealgate::store::sql {
namespace {

// More would make one commit hold the others up for long; fewer would waste flushes.
constexpr std::size_t kMaximumBatch = 256;

/// What a job throws (no memory, mostly) is its failure: the committer works for others too, and a reader that is not
/// given back is missing for good.
Result<> run_job(const Database::Job& job, Connection& connection) {
  try {
    return job(connection);
  } catch (const std::exception& problem) {
    return fail(kSqlFailed, std::string("a step of the store failed: ") + problem.what(), connection.path(),
                "give the process more memory, or see the log for what it was doing");
  }
}

}  // namespace

/// One caller of write() with its job. It waits for a word of its own and needs no lock to go on, so that a hundred
/// callers whose commit is done do not queue up for one. Shared with the committer, which still wakes it when it is
/// gone. A semaphore of the system: those of the C++ library spin and yield before they sleep, and a commit takes
/// longer than any of that, so every caller would cost four switches to other threads for nothing.
struct Database::Waiting {
  explicit Waiting(const Job& its_job) : job(&its_job) { ::sem_init(&told, 0, 0); }
  ~Waiting() { ::sem_destroy(&told); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  const Job* job;
  Result<> result;
  sem_t told;

  void tell() { ::sem_post(&told); }
  void wait() {
    while (::sem_wait(&told) != 0 && errno == EINTR) {
    }
  }
};

Result<std::unique_ptr<Database>> Database::open(const std::string& path, std::size_t readers) {
  std::unique_ptr<Database> database(new Database());
  SG_TRY_ASSIGN(database->writer_, Connection::open(path, Connection::Mode::ReadWrite));
  SG_TRY(schema::migrate(*database->writer_));
  for (std::size_t i = 0; i < std::max<std::size_t>(readers, 1); ++i) {
    SG_TRY_ASSIGN(auto reader, Connection::open(path, Connection::Mode::ReadOnly));
    database->readers_.push_back(std::move(reader));
  }
  database->checkpointer_ = std::make_unique<Checkpointer>(*database->writer_, Checkpointer::Limits{});
  try {
    database->committer_ = std::thread([database = database.get()] { database->commit_batches(); });
  } catch (const std::system_error& problem) {
    return fail(kSqlFailed, std::string("the thread that commits cannot be started: ") + problem.what(), path,
                "let the process have more threads (ulimit -u, TasksMax of the unit)");
  }
  return database;
}

Database::~Database() {
  if (committer_.joinable()) {
    {
      const std::scoped_lock lock(write_mutex_);
      ending_ = true;
    }
    wanted_.notify_one();
    committer_.join();
  }
  // Readers first: the last connection to close folds the log into the database, and only the writer may write.
  readers_.clear();
  checkpointer_.reset();
  writer_.reset();
}

Result<> Database::write(const Job& job) {
  if (damaged_) {
    return fail(kCorrupt, "the database was found damaged", path(),
                "stop the gateway and restore the data folder from its backup");
  }
  const auto self = std::make_shared<Waiting>(job);
  {
    const std::scoped_lock lock(write_mutex_);
    queue_.push_back(self);
  }
  wanted_.notify_one();
  self->wait();
  return judged(std::move(self->result));
}

void Database::commit_batches() {
  ::pthread_setname_np(::pthread_self(), "committer");
  for (Batch batch = next_batch(); !batch.empty(); batch = next_batch()) {
    run_batch(batch);
    {
      const std::scoped_lock lock(write_mutex_);
      statistics_.commits += 1;
      statistics_.jobs += batch.size();
    }
    for (const auto& waiting : batch) waiting->tell();
  }
}

Database::Batch Database::next_batch() {
  std::unique_lock lock(write_mutex_);
  wanted_.wait(lock, [this] { return !queue_.empty() || ending_; });
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaximumBatch));
  Batch batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

Result<> Database::judged(Result<> result) {
  if (!result && result.error().code == kCorrupt && !damaged_.exchange(true)) {
    log(LogLevel::Error, "the database is damaged; nothing is accepted any more",
        {{"reason", result.error().to_string()}});
  }
  return result;
}

Result<> Database::run(std::string_view sql) {
  SG_TRY_ASSIGN(Statement statement, writer_->prepare(sql));
  return statement.run();
}

Result<> Database::run_in_savepoint(const Job& job) {
  SG_TRY(run("SAVEPOINT job"));
  Result<> result = run_job(job, *writer_);
  Result<> ended;
  if (!result && writer_->in_transaction()) ended = run("ROLLBACK TO job");
  if (ended && writer_->in_transaction()) ended = run("RELEASE job");
  if (!ended) {
    // Half a job, or one that its caller takes for failed, must never be committed with the others.
    if (writer_->in_transaction()) (void)writer_->execute("ROLLBACK");
    if (result) result = std::move(ended);
  }
  return result;
}

Result<> Database::run_jobs(const Batch& batch, bool& redo) {
  SG_TRY(run("BEGIN IMMEDIATE"));
  commit_point("batch.begun");
  for (const auto& waiting : batch) {
    const std::int64_t before = writer_->total_changes();
    waiting->result = run_job(*waiting->job, *writer_);
    // A full disk or an I/O error makes SQLite roll back everything, also the jobs before this one.
    if (!writer_->in_transaction()) {
      return waiting->result ? fail(writer_->error(1, "transaction lost")) : fail(waiting->result.error());
    }
    if (!waiting->result && writer_->total_changes() != before) {
      redo = true;
      return {};
    }
  }
  return {};
}

Result<> Database::run_jobs_apart(const Batch& batch) {
  SG_TRY(run("BEGIN IMMEDIATE"));
  for (const auto& waiting : batch) {
    waiting->result = run_in_savepoint(*waiting->job);
    if (!writer_->in_transaction()) {
      return waiting->result ? fail(writer_->error(1, "transaction lost")) : fail(waiting->result.error());
    }
  }
  return {};
}

void Database::run_batch(const Batch& batch) {
  bool redo = false;
  Result<> whole = run_jobs(batch, redo);
  if (whole && redo) {
    whole = run("ROLLBACK");
    if (whole) whole = run_jobs_apart(batch);
  }
  if (whole) commit_point("batch.jobs-done");
  const bool anything = std::ranges::any_of(batch, [](const auto& waiting) { return waiting->result.has_value(); });
  if (whole && anything && before_commit_) whole = before_commit_();
  if (whole) commit_point("batch.files-durable");
  if (whole) whole = run("COMMIT");
  if (whole) {
    commit_point("batch.committed");
    return;
  }
  if (writer_->in_transaction()) (void)writer_->execute("ROLLBACK");
  for (const auto& waiting : batch) {
    if (waiting->result) waiting->result = fail(whole.error());
  }
}

Result<> Database::read(const Job& job) {
  std::unique_ptr<Connection> reader;
  {
    std::unique_lock lock(read_mutex_);
    reader_free_.wait(lock, [&] { return !readers_.empty(); });
    reader = std::move(readers_.back());
    readers_.pop_back();
  }
  Result<> result = [&]() -> Result<> {
    {
      SG_TRY_ASSIGN(Statement begin, reader->prepare("BEGIN"));
      SG_TRY(begin.run());
    }
    Result<> done = run_job(job, *reader);
    if (reader->in_transaction()) {
      SG_TRY_ASSIGN(Statement end, reader->prepare("COMMIT"));
      SG_TRY(end.run());
    }
    return done;
  }();
  {
    const std::scoped_lock lock(read_mutex_);
    readers_.push_back(std::move(reader));
  }
  reader_free_.notify_one();
  return judged(std::move(result));
}

Database::Statistics Database::statistics() const {
  const std::scoped_lock lock(write_mutex_);
  return statistics_;
}

}  // namespace sealgate::store::sql
