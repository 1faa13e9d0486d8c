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
    if (error.code == kBusy) {
      if (++reruns_ > kMaximumReruns) return false;
    } else if (!(error.code == kConnectionLost) || steady_clock::now() >= deadline_) {
      return false;
    }
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
    return true;
  }

 private:
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
    "INSERT INTO commits (token, at) VALUES ($1, (extract(epoch FROM now()) * 1000)::bigint) "
    "ON CONFLICT (token) DO NOTHING";

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
    auto inserted = [&]() -> Result<std::uint64_t> {
      SG_TRY_ASSIGN(const std::string witness, make_token());
      SG_TRY_ASSIGN(const Pool::Lease connection, pool_.take());
      // The first waits while the old transaction is still about to commit. The second is a commit of its own, that
      // returns when everything before it is on the synchronous replicas as well.
      std::array<Command, 2> commands{Command{kFence}, Command{kMark}};
      commands[0].parameters.add(std::string_view(token));
      commands[1].parameters.add(std::string_view(witness));
      SG_TRY_ASSIGN(const std::vector<Rows> rows, connection->pipeline(commands));
      return rows[0].affected();
    }();
    if (inserted) return *inserted == 0 ? Outcome::Committed : Outcome::NotCommitted;
    if (persistence.again(inserted.error())) continue;
    return fail(
        kOutcomeUnknown,
        "the database was lost in the middle of a commit and cannot be reached to ask: " + inserted.error().what,
        description(), "what was to be stored may be there or not; look when the database runs again");
  }
}

Result<Database::Outcome> Database::try_until_settled(const Try& body) {
  Persistence persistence;
  for (;;) {
    bool committing = false;
    SG_TRY_ASSIGN(const std::string token, make_token());
    const auto done = [&]() -> Result<> {
      SG_TRY_ASSIGN(const Pool::Lease lease, pool_.take());
      auto result = body(*lease, token, committing);
      committing = committing && lease->is_lost();
      if (!result && !lease->is_lost() && lease->in_transaction()) (void)lease->execute("ROLLBACK");
      return result;
    }();
    if (done) return Outcome::NotCommitted;
    if (committing) {
      SG_TRY_ASSIGN(const Outcome outcome, resolve(token));
      if (outcome == Outcome::Committed) return outcome;
    }
    if (!persistence.again(done.error())) return fail(done.error());
  }
}

Result<std::optional<std::vector<Rows>>> Database::write_pipelined(const Commands& commands, Durability durability) {
  std::vector<Rows> rows;
  SG_TRY_ASSIGN(const Outcome lost, try_until_settled([&](Connection& connection, const std::string& token,
                                                          bool& committing) -> Result<> {
                  std::vector<Command> all;
                  all.push_back(Command{kBegin});
                  if (durability == Durability::Relaxed) all.push_back(Command{kRelax});
                  const auto first = static_cast<std::ptrdiff_t>(all.size());
                  for (Command& command : commands()) all.push_back(std::move(command));
                  all.push_back(Command{kMark});
                  all.back().parameters.add(std::string_view(token));
                  all.push_back(Command{kCommit});
                  commit_point("pipeline.before-commit");
                  committing = true;
                  SG_TRY_ASSIGN(rows, connection.pipeline(all));
                  commit_point("pipeline.committed");
                  rows.erase(rows.begin(), rows.begin() + first);
                  rows.resize(rows.size() - 2);
                  return {};
                }));
  if (lost == Outcome::Committed) return std::nullopt;
  return std::optional(std::move(rows));
}

Result<> Database::write(const Job& job, Durability durability) {
  SG_TRY(try_until_settled([&](Connection& connection, const std::string& token, bool& committing) -> Result<> {
    SG_TRY(connection.run(kBegin));
    if (durability == Durability::Relaxed) SG_TRY(connection.run(kRelax));
    SG_TRY(run_job(job, connection));
    std::array<Command, 2> end{Command{kMark}, Command{kCommit}};
    end[0].parameters.add(std::string_view(token));
    commit_point("transaction.before-commit");
    committing = true;
    SG_TRY(connection.pipeline(end));
    commit_point("transaction.committed");
    return {};
  }));
  return {};
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

}  // namespace sealgate::store::postgres
