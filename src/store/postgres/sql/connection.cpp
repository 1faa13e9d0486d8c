#include "store/postgres/sql/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "store/common/errors.h"
#include "store/postgres/sql/sqlstate.h"

namespace sealgate::store::postgres {
namespace {

/// How long past its statement time-out a server may take to say so.
constexpr std::chrono::seconds kGrace{5};

/// The server's first line, without "ERROR:" and "FATAL:".
std::string first_line(std::string_view words) {
  words = trim(words.substr(0, words.find('\n')));
  return std::string(words);
}

std::string state_of(const PGresult* result) {
  const char* state = ::PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

bool is_good(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

Connection::Connection(pg_conn* handle, const Address& address)
    : handle_(handle), description_(address.description), patience_(address.statement_timeout + kGrace) {}

Connection::~Connection() {
  ::PQfinish(handle_);
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address) {
  // The address comes last and so has the last word. The time-outs find out within seconds that a host is gone.
  const std::array<const char*, 9> keywords{"connect_timeout",
                                            "target_session_attrs",
                                            "keepalives_idle",
                                            "keepalives_interval",
                                            "keepalives_count",
                                            "tcp_user_timeout",
                                            "client_encoding",
                                            "dbname",
                                            nullptr};
  const std::array<const char*, 9> values{"5",    "read-write",        "5",    "3", "3", "15000",
                                          "UTF8", address.uri.c_str(), nullptr};
  PGconn* handle = ::PQconnectdbParams(keywords.data(), values.data(), 1);
  if (handle == nullptr) return fail(kConnectionLost, "no memory for a connection", address.description);
  std::unique_ptr<Connection> connection(new Connection(handle, address));
  if (::PQstatus(handle) != CONNECTION_OK) {
    const std::string words = ::PQerrorMessage(handle);
    // libpq has no code for it. What the server itself refuses ends otherwise than what does not answer.
    const bool refused = words.find("authentication failed") != std::string::npos ||
                         words.find("no pg_hba.conf entry") != std::string::npos ||
                         words.find("no password supplied") != std::string::npos ||
                         words.find("\" does not exist") != std::string::npos;
    const ErrorCode code = refused ? kCannotOpen : kConnectionLost;
    return fail(code, "cannot connect: " + first_line(words), address.description, remedy_of(code));
  }
  ::PQsetnonblocking(handle, 1);
  // A commit whose wait for a synchronous replica is cut short succeeds with a warning: to us it did not.
  ::PQsetNoticeReceiver(
      handle,
      [](void* self, const PGresult* notice) {
        const char* words = ::PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
        const bool cut =
            words != nullptr && std::string_view(words).find("synchronous replication") != std::string::npos;
        if (cut) static_cast<Connection*>(self)->unsynchronised_ = true;
      },
      connection.get());
  const auto milliseconds = [](std::chrono::milliseconds time) { return std::to_string(time.count()); };
  SG_TRY(connection->execute("SET statement_timeout = " + milliseconds(address.statement_timeout) +
                             "; SET idle_in_transaction_session_timeout = " + milliseconds(kLongestSilence)));
  return connection;
}

bool Connection::in_transaction() const {
  return ::PQtransactionStatus(handle_) != PQTRANS_IDLE;
}

int Connection::socket() const {
  return lost_ ? -1 : ::PQsocket(handle_);
}

int Connection::backend() const {
  return ::PQbackendPID(handle_);
}

Error Connection::lost(std::string what) {
  lost_ = true;
  return Error{kConnectionLost, std::move(what), description_, remedy_of(kConnectionLost)};
}

Error Connection::error_of(const pg_result* result, std::string_view sql) {
  const std::string state = result == nullptr ? "" : state_of(result);
  const char* primary = result == nullptr ? nullptr : ::PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string words = first_line(primary == nullptr ? ::PQerrorMessage(handle_) : primary);
  if (ends_connection(state) || ::PQstatus(handle_) == CONNECTION_BAD) {
    return lost("the database ended the connection: " + words);
  }
  const ErrorCode code = code_of(state);
  std::string what = "the database refused: " + words;
  if (code == kSqlFailed || code == kConstraint) what += " in '" + std::string(sql.substr(0, 120)) + "'";
  return Error{code, std::move(what), description_, remedy_of(code)};
}

Result<> Connection::wait_for_socket(bool writing) {
  pollfd entry{::PQsocket(handle_), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    const int ready = left.count() <= 0 ? 0 : ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return fail(lost("the database does not answer any more"));
    if ((entry.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && ::PQconsumeInput(handle_) == 0) {
      return fail(error_of(nullptr, {}));
    }
    return {};
  }
}

Result<> Connection::wait_until_flushed() {
  for (;;) {
    const int left = ::PQflush(handle_);
    if (left == 0) return {};
    if (left < 0) return fail(lost(first_line(::PQerrorMessage(handle_))));
    SG_TRY(wait_for_socket(true));
  }
}

Result<pg_result*> Connection::next_result() {
  while (::PQisBusy(handle_) != 0) SG_TRY(wait_for_socket(false));
  return ::PQgetResult(handle_);
}

Result<> Connection::prepare_ahead(const Command& command, const std::string& name) {
  const Parameters& parameters = command.parameters;
  if (::PQsendPrepare(handle_, name.c_str(), std::string(command.sql).c_str(), parameters.count(),
                      parameters.types()) == 0) {
    return fail(error_of(nullptr, command.sql));
  }
  SG_TRY(wait_until_flushed());
  Result<> outcome;
  for (;;) {
    SG_TRY_ASSIGN(pg_result* const raw, next_result());
    if (raw == nullptr) break;
    const Rows result(raw);
    if (outcome && !is_good(::PQresultStatus(raw))) outcome = fail(error_of(raw, command.sql));
  }
  if (outcome) prepared_.emplace(std::string(command.sql), name);
  return outcome;
}

Result<> Connection::send(const Command& command) {
  const auto known = prepared_.find(command.sql);
  const Parameters& parameters = command.parameters;
  if (::PQsendQueryPrepared(handle_, known->second.c_str(), parameters.count(), parameters.values(),
                            parameters.lengths(), parameters.formats(), 1) == 0) {
    return fail(error_of(nullptr, command.sql));
  }
  return {};
}

Result<Rows> Connection::run(std::string_view sql, Parameters parameters) {
  const std::array<Command, 1> one{Command{sql, std::move(parameters)}};
  SG_TRY_ASSIGN(std::vector<Rows> all, pipeline(one));
  return std::move(all.front());
}

Result<std::vector<Rows>> Connection::pipeline(std::span<const Command> commands) {
  if (lost_) return fail(lost("the connection to the database was lost"));
  deadline_ = std::chrono::steady_clock::now() + patience_;
  const std::vector<Command> ahead = std::exchange(deferred_, {});
  for (const std::span<const Command> some : {std::span<const Command>(ahead), commands}) {
    for (const Command& command : some) {
      if (prepared_.contains(command.sql)) continue;
      SG_TRY(prepare_ahead(command, "s" + std::to_string(prepared_.size())));
    }
  }
  const bool several = ahead.size() + commands.size() > 1;
  if (several && ::PQenterPipelineMode(handle_) == 0) return fail(lost("the connection cannot pipeline"));
  SG_TRY(send_all(ahead));
  SG_TRY(send_all(commands));
  if (several && ::PQpipelineSync(handle_) == 0) return fail(error_of(nullptr, "sync"));
  SG_TRY(wait_until_flushed());
  auto first = collect(ahead);
  if (lost_) return first;
  auto all = collect(commands);
  if (lost_) return all;
  if (several) {
    SG_TRY_ASSIGN(pg_result* const synced, next_result());
    const Rows sync(synced);
    if (::PQexitPipelineMode(handle_) == 0) return fail(lost("the connection is out of step"));
  }
  if (unsynchronised_) return fail(lost("a commit may be missing on the synchronous replica"));
  if (!first) return first;
  return all;
}

Result<> Connection::send_all(std::span<const Command> commands) {
  for (const Command& command : commands) SG_TRY(send(command));
  return {};
}

Result<std::vector<Rows>> Connection::collect(std::span<const Command> commands) {
  std::vector<Rows> all;
  Result<> outcome;
  for (const Command& command : commands) {
    for (;;) {
      SG_TRY_ASSIGN(pg_result* const raw, next_result());
      if (raw == nullptr) break;
      Rows rows(raw);
      if (outcome && !is_good(::PQresultStatus(raw))) outcome = fail(error_of(raw, command.sql));
      all.push_back(std::move(rows));
      if (lost_) return fail(outcome.error());
    }
  }
  if (!outcome) return fail(outcome.error());
  if (all.size() != commands.size()) return fail(lost("the connection is out of step"));
  return all;
}

Result<> Connection::execute(const std::string& script) {
  if (lost_) return fail(lost("the connection to the database was lost"));
  deadline_ = std::chrono::steady_clock::now() + patience_;
  if (::PQsendQuery(handle_, script.c_str()) == 0) return fail(error_of(nullptr, script));
  SG_TRY(wait_until_flushed());
  Result<> outcome;
  for (;;) {
    SG_TRY_ASSIGN(pg_result* const raw, next_result());
    if (raw == nullptr) return outcome;
    const Rows rows(raw);
    if (outcome && !is_good(::PQresultStatus(raw))) outcome = fail(error_of(raw, script));
    if (lost_) return outcome;
  }
}

Result<bool> Connection::take_notifications() {
  if (::PQconsumeInput(handle_) == 0) return fail(error_of(nullptr, {}));
  bool other = false;
  while (PGnotify* notification = ::PQnotifies(handle_)) {
    other = other || notification->be_pid != ::PQbackendPID(handle_);
    ::PQfreemem(notification);
  }
  return other;
}

}  // namespace sealgate::store::postgres
