#include "store/postgres/sql/database.h"

#include <algorithm>
#include <array>
#include <exception>
#include <thread>

#include "base/log.h"
#include "messaging/ids.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/postgres/schema/migrations.h"

namespace sealgate::store::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kMaximumReruns = 20;
constexpr milliseconds kFirstPause{5};
constexpr milliseconds kLongestPause{500};

/// Decides whether a failed try is followed by another one, and waits in between.
class Persistence {
 public:
  bool again(const Error& error) {
    if (error.code == kBusy) return ++reruns_ <= kMaximumReruns && wait();
    return error.code == kConnectionLost && in_time() && wait();
  }
  /// For what must be found out, whatever is in the way.
  bool again() { return in_time() && wait(); }

 private:
  bool in_time() const { return steady_clock::now() < deadline_; }
  bool wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
    return true;
  }

  steady_clock::time_point deadline_ = steady_clock::now() + Database::kPatience;
  milliseconds pause_ = kFirstPause;
  int reruns_ = 0;
};

/// The statements of every use of the box are simple walks along an index. The planner must not think otherwise
/// while a table is new and its statistics say nothing, nor think again at each call.
constexpr const char* kSettings[] = {"SET plan_cache_mode = force_generic_plan",
                                     "SET enable_seqscan = off",
                                     "SET enable_bitmapscan = off",
                                     "SET enable_hashjoin = off",
                                     "SET enable_mergejoin = off",
                                     "SET jit = off"};

Result<> set_up(Connection& connection, const std::string& schema) {
  SG_TRY(connection.execute("SET search_path = " + schema));
  for (const char* setting : kSettings) {
    const auto set = connection.execute(setting);
    // Engines that only speak the protocol may not know it.
    if (!set && connection.is_lost()) return set;
  }
  return {};
}

/// What a job throws (no memory, mostly) is its failure, and the connection is given back as it should be.
Result<> run_job(const Database::Job& job, Connection& connection) {
  try {
    return job(connection);
  } catch (const std::exception& problem) {
    return fail(kSqlFailed, std::string("a step of the store failed: ") + problem.what(), connection.description(),
                "give the process more memory, or see the log for what it was doing");
  }
}

constexpr std::string_view kBegin = "BEGIN ISOLATION LEVEL READ COMMITTED";
constexpr std::string_view kRelax = "SET LOCAL synchronous_commit = off";
constexpr std::string_view kCommit = "COMMIT";
constexpr std::string_view kMark =
    "INSERT INTO commits (token, at) VALUES ($1, (extract(epoch FROM now()) * 1000)::bigint)";
constexpr std::string_view kFence =
    "INSERT INTO commits (token, at, fence) VALUES ($1, (extract(epoch FROM now()) * 1000)::bigint, true) "
    "ON CONFLICT (token) DO NOTHING";
constexpr std::string_view kIsFenced = "SELECT fence FROM commits WHERE token = $1";

Result<> run_transaction(Connection& connection, const Database::Job& job, Durability durability,
                         const std::string& token, bool& committing) {
  connection.defer(Command{kBegin});
  if (durability == Durability::Relaxed) connection.defer(Command{kRelax});
  SG_TRY(run_job(job, connection));
  std::array<Command, 2> end{Command{kMark}, Command{kCommit}};
  end[0].parameters.add(std::string_view(token));
  commit_point("transaction.before-commit");
  committing = true;
  SG_TRY(connection.pipeline(end));
  commit_point("transaction.committed");
  return {};
}

Result<std::string> make_token() {
  return messaging::make_uuid_v7(SystemClock().now());
}

}  // namespace

Database::Database(const Address& address)
    : pool_(address, [schema = address.schema](Connection& connection) { return set_up(connection, schema); }) {}

Result<std::unique_ptr<Database>> Database::open(const Address& address, bool create) {
  std::unique_ptr<Database> database(new Database(address));
  SG_TRY_ASSIGN(const Pool::Lease connection, database->pool_.take());
  SG_TRY(schema::migrate(*connection, address.schema, create));
  return database;
}

Result<Database::Outcome> Database::resolve(const std::string& token) {
  log(LogLevel::Warning, "the database was lost during a commit; finding out what became of it");
  Persistence persistence;
  for (;;) {
    const auto fenced = [&]() -> Result<bool> {
      SG_TRY_ASSIGN(const std::string witness, make_token());
      SG_TRY_ASSIGN(const Pool::Lease connection, pool_.take());
      // The first waits while the old transaction is still about to commit. The second is a commit of its own, that
      // returns when everything before it is on the synchronous replicas as well. Whose mark is there is read, not
      // told from what the first inserted: an earlier try may have, and have lost its answer.
      std::array<Command, 3> commands{Command{kFence}, Command{kMark}, Command{kIsFenced}};
      commands[0].parameters.add(std::string_view(token));
      commands[1].parameters.add(std::string_view(witness));
      commands[2].parameters.add(std::string_view(token));
      commit_point("transaction.before-fence");
      SG_TRY_ASSIGN(const std::vector<Rows> rows, connection->pipeline(commands));
      return rows[2].flag(0, 0);
    }();
    if (fenced) return *fenced ? Outcome::NotCommitted : Outcome::Committed;
    if (persistence.again(fenced.error())) continue;
    return fail(
        kOutcomeUnknown,
        "the database was lost in the middle of a commit and cannot be reached to ask: " + fenced.error().what,
        description(), "what was to be stored may be there or not; look when the database runs again");
  }
}

Result<> Database::write(const Job& job, Durability durability) {
  Persistence persistence;
  for (;;) {
    bool committing = false;
    SG_TRY_ASSIGN(const std::string token, make_token());
    const auto done = [&]() -> Result<> {
      SG_TRY_ASSIGN(const Pool::Lease lease, pool_.take());
      auto result = run_transaction(*lease, job, durability, token, committing);
      committing = committing && lease->is_lost();
      lease->drop_deferred();
      if (!result && !lease->is_lost() && lease->in_transaction()) (void)lease->execute("ROLLBACK");
      return result;
    }();
    if (done) return done;
    if (committing) {
      SG_TRY_ASSIGN(const Outcome outcome, resolve(token));
      if (outcome == Outcome::Committed) return {};
    }
    if (!persistence.again(done.error())) return done;
  }
}

Result<> Database::read(const Job& job) {
  Persistence persistence;
  for (;;) {
    auto done = [&]() -> Result<> {
      SG_TRY_ASSIGN(const Pool::Lease lease, pool_.take());
      return run_job(job, *lease);
    }();
    if (done || !persistence.again(done.error())) return done;
  }
}

Result<> Database::view(const Job& job) {
  return read([&](Connection& connection) -> Result<> {
    connection.defer(Command{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"});
    auto done = run_job(job, connection);
    connection.drop_deferred();
    if (!connection.is_lost() && connection.in_transaction()) {
      // Nothing was changed: how it ends does not matter, only that it does.
      const auto ended = connection.execute("ROLLBACK");
      if (done && !ended) done = ended;
    }
    return done;
  });
}

}  // namespace sealgate::store::postgres
