#pragma once
// One connection to PostgreSQL, as a thin RAII wrapper over libpq. It belongs to one thread at a time. Statements are
// prepared at their first use and known by their text from then on; parameters and rows travel in binary form.
//
// Errors are store.* codes: store.connection-lost when the server is gone, shuts down or became read-only (a new
// connection may find another one), store.busy for what is worth running again (deadlock, serialization),
// store.timed-out, store.disk-full, store.constraint and so on. The words are the server's, never a password.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/postgres/sql/address.h"
#include "store/postgres/sql/parameters.h"
#include "store/postgres/sql/rows.h"

struct pg_conn;

namespace sealgate::store::postgres {

/// A transaction between two statements is given up by the server after so long: a process that hangs must not hold
/// its locks until after it was declared dead and its work is to be taken over.
inline constexpr std::chrono::seconds kLongestSilence{5};

/// A statement with its parameters, for pipeline().
struct Command {
  std::string_view sql;
  Parameters parameters = {};
};

class Connection {
 public:
  /// Connects to the first host that fits; waits at most connect_timeout of the address for each (5 s when it does
  /// not say). store.connection-lost when there is none; store.cannot-open when it refuses this user.
  static Result<std::unique_ptr<Connection>> open(const Address& address);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// One statement.
  Result<Rows> run(std::string_view sql, Parameters parameters = {});
  /// All of them in one round trip; the first that fails ends it and nothing after it happens.
  Result<std::vector<Rows>> pipeline(std::span<const Command> commands);
  /// Goes ahead of the next run() or pipeline() in the same round trip; its rows are dropped.
  void defer(Command command) { deferred_.push_back(std::move(command)); }
  /// Forgets what is deferred.
  void drop_deferred() { deferred_.clear(); }
  /// One or several statements without parameters, in PostgreSQL's text form.
  Result<> execute(const std::string& script);

  bool in_transaction() const;
  /// The connection cannot be used any more.
  bool is_lost() const { return lost_; }
  /// For poll(); -1 when lost.
  int socket() const;
  /// Reads what came meanwhile; true when another connection sent a notification (LISTEN).
  Result<bool> take_notifications();
  int backend() const;  ///< process id of the server's side
  const std::string& description() const { return description_; }

 private:
  Connection(pg_conn* handle, const Address& address);
  Result<> send(const Command& command);
  Result<> send_all(std::span<const Command> commands);
  Result<std::vector<Rows>> collect(std::span<const Command> commands);
  Result<> prepare_ahead(const Command& command, const std::string& name);
  Result<> wait_until_flushed();
  /// The next result, or nullptr at the end of this statement's results.
  Result<pg_result*> next_result();
  Result<> wait_for_socket(bool writing);
  Error error_of(const pg_result* result, std::string_view sql);
  Error lost(std::string what);

  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name that the standard asks for
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  pg_conn* handle_;
  std::string description_;
  std::chrono::seconds patience_;  ///< past the server's own time-out: it does not answer at all
  std::chrono::steady_clock::time_point deadline_;
  bool lost_ = false;
  bool unsynchronised_ = false;  ///< a commit did not wait for the synchronous replicas
  std::vector<Command> deferred_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> prepared_;  ///< text to name
};

}  // namespace sealgate::store::postgres
