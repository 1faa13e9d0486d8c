#pragma once
// Transactions that survive a lost connection, a deadlock and a failover.
//
// A connection that is lost before COMMIT was sent changes nothing: the job runs again on another one. Lost during
// COMMIT, nobody knows: so each transaction writes a random token of its own into the table `commits`, and afterwards
// the same token is inserted again. If it is there, the commit happened. If not, it is there now, and the old
// transaction can never commit any more, even if its server process is still alive: so the job runs again. That is
// exact on one server, after its restart, and on a replica that was promoted.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  /// happened. store.outcome-unknown when the connection was lost during COMMIT and no server could be reached
  /// afterwards.
  Result<> write(const Job& job, Durability durability = Durability::Full);
  /// The same for statements that need not look at each other's rows: BEGIN, all of them and COMMIT travel together,
  /// in one round trip. Gives the rows of each; empty when the commit happened but its answer was lost. `commands` is
  /// called for each try.
  using Commands = std::function<std::vector<Command>()>;
  Result<std::optional<std::vector<Rows>>> write_pipelined(const Commands& commands,
                                                           Durability durability = Durability::Full);

  /// Runs `job` on a connection without a transaction: each statement sees what was committed when it started.
  Result<> read(const Job& job);

  Pool& pool() { return pool_; }
  const std::string& description() const { return pool_.address().description; }
  const std::string& schema() const { return pool_.address().schema; }

 private:
  explicit Database(const Address& address);
  enum class Outcome { Committed, NotCommitted };
  Result<Outcome> resolve(const std::string& token);
  /// One try of a transaction; `committing` says whether COMMIT was on its way when the connection was lost.
  using Try = std::function<Result<>(Connection&, const std::string& token, bool& committing)>;
  Result<Outcome> try_until_settled(const Try& body);

  Pool pool_;
};

}  // namespace sealgate::store::postgres
