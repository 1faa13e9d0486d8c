#pragma once
// Transactions that survive a lost connection, a deadlock and a failover.
//
// A connection that is lost before COMMIT was sent changes nothing: the job runs again on another one. Lost during
// COMMIT, nobody knows: so each transaction writes a random token of its own into the table `commits`, and afterwards
// the same token is inserted again, as a fence. If it is there, the commit happened. If not, the fence is there now,
// and the old transaction can never commit any more, even if its server process is still alive: so the job runs
// again. The answer to that may be lost as well: a fence is still one when it is asked for again. That is exact on
// one server, after its restart, and on a replica that was promoted.

#include <functional>
#include <memory>
#include <string>

#include "store/postgres/sql/pool.h"

namespace sealgate::store::postgres {

enum class Durability {
  Full,     ///< on disk, and on the synchronous replicas, when it returns
  Relaxed,  ///< may be undone by a crash of the server within the next second; later full commits include it
};

/// Thread-safe.
class Database {
 public:
  /// Runs possibly several times: it must set what it gives back anew each time.
  using Job = std::function<Result<>(Connection&)>;

  /// How long one call keeps trying to reach a server.
  static constexpr std::chrono::seconds kPatience{15};

  /// Connects, creates the schema when it is not there (only if `create`), brings it up to date. store.cannot-open,
  /// store.connection-lost, store.too-new.
  static Result<std::unique_ptr<Database>> open(const Address& address, bool create);

  /// Runs `job` in a transaction (READ COMMITTED) and returns when it is committed; when it fails, nothing of it
  /// happened. BEGIN travels with its first statement, what it defers with COMMIT. store.outcome-unknown when the
  /// connection was lost during COMMIT and no server could be reached afterwards.
  Result<> write(const Job& job, Durability durability = Durability::Full);
  /// Runs `job` on a connection without a transaction: each statement sees what was committed when it started.
  Result<> read(const Job& job);
  /// Runs `job` in one consistent view of what is committed (REPEATABLE READ, READ ONLY).
  Result<> view(const Job& job);

  Pool& pool() { return pool_; }
  const std::string& description() const { return pool_.address().description; }
  const std::string& schema() const { return pool_.address().schema; }

 private:
  explicit Database(const Address& address);
  enum class Outcome { Committed, NotCommitted };
  Result<Outcome> resolve(const std::string& token);
  Pool pool_;
};

}  // namespace sealgate::store::postgres
