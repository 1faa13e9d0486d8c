// Listings, and messages as they are stored.

#include "messaging/errors.h"
#include "store/postgres/postgres_message_box.h"
#include "store/postgres/stored_rows.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

/// The statement with its parameters; `query` must outlive them.
Command list_command(const ListQuery& query, std::string& sql) {
  Parameters parameters;
  int number = 2;
  const auto next = [&number] { return std::to_string(number++); };
  sql = kSummary;
  // Ids sort by time.
  sql += query.newest_first ? "WHERE (work.id < $1 OR $1 = '')" : "WHERE work.id > $1";
  parameters.add(std::string_view(query.after.text()));
  // Words of an enumeration, not of the caller. One alone is compared with =, for which there may be an index.
  if (query.states.size() == 1) {
    sql += " AND work.state = '" + std::string(to_string(query.states.front())) + "'";
  } else if (!query.states.empty()) {
    sql += " AND work.state IN (";
    for (const WorkState state : query.states) sql += "'" + std::string(to_string(state)) + "',";
    sql.back() = ')';
  }
  if (!query.kinds.empty()) {
    sql += " AND work.kind IN (";
    for (const WorkKind kind : query.kinds) sql += "'" + std::string(to_string(kind)) + "',";
    sql.back() = ')';
  }
  if (!query.port.empty()) {
    sql += " AND work.port = $" + next();
    parameters.add(std::string_view(query.port));
  }
  if (!query.party.empty()) {
    sql += " AND messages.party = $" + next();
    parameters.add(as_bytes(query.party));
  }
  if (query.message) {
    sql += " AND work.message = $" + next();
    parameters.add(std::string_view(query.message->text()));
  }
  sql += std::string(" ORDER BY work.id") + (query.newest_first ? " DESC" : "") + " LIMIT $" + next();
  parameters.add(static_cast<std::int64_t>(query.limit));
  return Command{sql, std::move(parameters)};
}

}  // namespace

Result<std::vector<WorkSummary>> PostgresMessageBox::list(const ListQuery& query) {
  std::vector<WorkSummary> all;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    all.clear();
    std::string sql;
    Command command = list_command(query, sql);
    SG_TRY_ASSIGN(const Rows rows, connection.run(sql, std::move(command.parameters)));
    for (std::size_t row = 0; row < rows.size(); ++row) all.push_back(read_summary(rows, row));
    return {};
  }));
  return all;
}

Result<WorkSummary> PostgresMessageBox::show(const WorkId& work) {
  WorkSummary summary;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(std::string_view(work.text()));
    SG_TRY_ASSIGN(const Rows rows, connection.run(kSummary + "WHERE work.id = $1", std::move(parameters)));
    if (rows.empty()) {
      return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
    }
    summary = read_summary(rows, 0);
    return {};
  }));
  return summary;
}

Result<Counts> PostgresMessageBox::counts() {
  Counts counts;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    counts = {};
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT state, count(*) FROM work GROUP BY state"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto number = static_cast<std::uint64_t>(rows.integer(row, 1));
      switch (parse_work_state(rows.text(row, 0)).value_or(WorkState::Suspended)) {
        case WorkState::Ready:
          counts.ready = number;
          break;
        case WorkState::Active:
          counts.active = number;
          break;
        case WorkState::Retrying:
          counts.retrying = number;
          break;
        case WorkState::Scheduled:
          counts.scheduled = number;
          break;
        case WorkState::Suspended:
          counts.suspended = number;
          break;
        case WorkState::Completed:
          counts.completed = number;
          break;
        case WorkState::Terminated:
          counts.terminated = number;
          break;
      }
    }
    return {};
  }));
  return counts;
}

Result<Message> PostgresMessageBox::load(const MessageId& message) {
  if (auto held = held_.find(message)) return std::move(*held);
  Message loaded;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(loaded, read_message(connection, stage_->database, message));
    return {};
  }));
  return loaded;
}

}  // namespace sealgate::store::postgres
