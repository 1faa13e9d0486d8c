// Listings, messages as they are stored, and housekeeping.

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/sqlite/sqlite_message_box.h"
#include "store/sqlite/stored_rows.h"

namespace sealgate::store {

using namespace messaging;

namespace {

constexpr std::chrono::hours kReceiveKeyLife{24 * 30};

/// The condition that a column holds one of these values; nothing when there are none. The values are words of an
/// enumeration, not of the caller. One alone is compared with =, for which there may be an index.
template <typename Enum>
std::string only(std::string_view column, const std::vector<Enum>& values) {
  if (values.empty()) return {};
  std::string sql = " AND " + std::string(column);
  if (values.size() == 1) return sql + " = '" + std::string(to_string(values.front())) + "'";
  sql += " IN (";
  for (const Enum value : values) sql += "'" + std::string(to_string(value)) + "',";
  sql.back() = ')';
  return sql;
}

/// True when no state but these is asked for.
bool only_of(const ListQuery& query, std::initializer_list<WorkState> states) {
  return !query.states.empty() && std::ranges::all_of(query.states, [&](WorkState state) {
    return std::ranges::find(states, state) != states.end();
  });
}

std::string list_sql(const ListQuery& query) {
  std::string sql(rows::kSummaryColumns);
  // Ids sort by time, so they are what pages are cut by. The little work of one message or one owner is sorted
  // instead.
  const bool sorted = query.message || only_of(query, {WorkState::Active});
  const std::string id = sorted ? "+work.id" : "work.id";
  sql += "WHERE " +
         (query.newest_first && query.after.empty() ? "?1 = ''" : id + (query.newest_first ? " < ?1" : " > ?1"));
  // The conditions of indexes, in their own words.
  if (only_of(query, {WorkState::Active})) sql += " AND work.due IS NOT NULL";
  if (only_of(query, {WorkState::Retrying, WorkState::Scheduled})) {
    sql += " AND work.state IN ('retrying', 'scheduled')";
  }
  sql += only("work.state", query.states) + only("work.kind", query.kinds);
  if (!query.port.empty()) sql += " AND work.port = ?2";
  if (!query.party.empty()) sql += " AND messages.party = ?3";
  if (query.message) {
    sql +=
        " AND work.slot >= (SELECT seq FROM messages WHERE id = ?4) * 1048576 "
        "AND work.slot < ((SELECT seq FROM messages WHERE id = ?4) + 1) * 1048576";
  }
  return sql + " ORDER BY " + id + (query.newest_first ? " DESC LIMIT ?5" : " LIMIT ?5");
}

Result<std::vector<std::int64_t>> finished_messages(sql::Connection& connection, Time before, std::size_t limit) {
  std::vector<std::int64_t> all;
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT slot / 1048576 FROM work INDEXED BY work_finished WHERE finished < ?1 "
                                   "ORDER BY finished LIMIT ?2"));
  select.bind(1, milliseconds(before)).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return all;
    all.push_back(select.integer(0));
  }
}

/// Runs a DELETE … RETURNING file of one message.
Result<> delete_parts(sql::Connection& connection, std::string_view sql, std::int64_t seq,
                      std::vector<std::string>& files) {
  SG_TRY_ASSIGN(sql::Statement remove, connection.prepare(sql));
  remove.bind(1, seq);
  for (;;) {
    SG_TRY_ASSIGN(const bool row, remove.step());
    if (!row) return {};
    if (!remove.is_null(0)) files.push_back(remove.text(0));
  }
}

Result<> delete_message(BoxChange& change, std::int64_t seq, std::vector<std::string>& files) {
  sql::Connection& connection = change.connection();
  SG_TRY(delete_parts(connection, "DELETE FROM messages WHERE seq = ?1 RETURNING file", seq, files));
  SG_TRY(delete_parts(
      connection, "DELETE FROM parts WHERE slot >= ?1 * 1024 AND slot < (?1 + 1) * 1024 RETURNING file", seq, files));
  SG_TRY_ASSIGN(sql::Statement work, connection.prepare("DELETE FROM work WHERE slot >= ?1 * 1048576 AND "
                                                        "slot < (?1 + 1) * 1048576 RETURNING state"));
  work.bind(1, seq);
  for (;;) {
    SG_TRY_ASSIGN(const bool row, work.step());
    if (!row) return {};
    change.count(parse_work_state(work.view(0)).value_or(WorkState::Completed), -1);
  }
}

}  // namespace

Result<std::vector<WorkSummary>> SqliteMessageBox::list(const ListQuery& query) {
  const std::string sql = list_sql(query);
  std::vector<WorkSummary> all;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare(sql));
    select.bind(1, query.after.text()).bind(5, static_cast<std::int64_t>(query.limit));
    if (!query.port.empty()) select.bind(2, query.port);
    if (!query.party.empty()) select.bind(3, query.party);
    if (query.message) select.bind(4, query.message->text());
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      all.push_back(rows::read_summary(select));
    }
  }));
  return all;
}

Result<WorkSummary> SqliteMessageBox::show(const WorkId& work) {
  WorkSummary summary;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(std::string(rows::kSummaryColumns) + "WHERE work.id = ?1"));
    select.bind(1, work.text());
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) {
      return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
    }
    summary = rows::read_summary(select);
    return {};
  }));
  return summary;
}

Result<Counts> SqliteMessageBox::counts() {
  Counts counts;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT ready, active, retrying, scheduled, suspended, "
                                                            "completed, terminated FROM work_counts"));
    SG_TRY(select.step());
    const auto number = [&](int column) { return static_cast<std::uint64_t>(select.integer(column)); };
    counts = Counts{number(0), number(1), number(2), number(3), number(4), number(5), number(6)};
    return {};
  }));
  return counts;
}

Result<Message> SqliteMessageBox::load(const MessageId& message) {
  if (auto recent = recent_.find(message)) return std::move(*recent);
  Message loaded;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(loaded, rows::read_message(connection, database_, spool_, message));
    return {};
  }));
  return loaded;
}

Result<std::uint64_t> SqliteMessageBox::purge(Time before, std::size_t limit) {
  std::vector<std::string> files;
  std::uint64_t removed = 0;
  SG_TRY(change(before, [&](BoxChange& change) -> Result<> {
    files.clear();
    SG_TRY_ASSIGN(const std::vector<std::int64_t> finished, finished_messages(change.connection(), before, limit));
    for (const std::int64_t seq : finished) SG_TRY(delete_message(change, seq, files));
    removed = finished.size();
    SG_TRY_ASSIGN(sql::Statement keys,
                  change.connection().prepare("DELETE FROM receive_keys WHERE key IN (SELECT key FROM receive_keys "
                                              "WHERE received < ?1 LIMIT 1000)"));
    return keys.bind(1, milliseconds(before - kReceiveKeyLife)).run();
  }));
  commit_point("purge.committed");
  if (removed > 0) recent_.clear();
  // After the commit: a file without a row is only waste that the next start removes; a row without a file is a loss.
  spool_.remove(std::move(files));
  return removed;
}

}  // namespace sealgate::store
