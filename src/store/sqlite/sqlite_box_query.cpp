// Listings, messages as they are stored, and housekeeping.

#include "messaging/errors.h"
#include "store/sqlite/sqlite_box_rows.h"
#include "store/sqlite/sqlite_message_box.h"
#include "store/sqlite/stored_body.h"

namespace sealgate::store {

using namespace messaging;

namespace {

constexpr std::chrono::hours kReceiveKeyLife{24 * 30};

constexpr std::string_view kSummaryColumns =
    "SELECT work.id, messages.id, work.kind, work.state, work.port, messages.party, messages.message_type, "
    "work.attempts, messages.created, work.changed, work.due, work.owner, work.failure_code, work.failure_text, "
    "work.failure_remedy, work.resumable, messages.size FROM work JOIN messages ON messages.seq = work.message ";

WorkSummary read_summary(const sql::Statement& row) {
  WorkSummary summary;
  summary.id = WorkId(row.text(0));
  summary.message = MessageId(row.text(1));
  summary.kind = parse_work_kind(row.text(2)).value_or(WorkKind::Send);
  summary.state = parse_work_state(row.text(3)).value_or(WorkState::Suspended);
  summary.port = row.text(4);
  summary.party = row.text(5);
  summary.message_type = row.text(6);
  summary.attempts = row.integer(7);
  summary.created = rows::time(row.integer(8));
  summary.changed = rows::time(row.integer(9));
  if (!row.is_null(10) && summary.state != WorkState::Ready) summary.due = rows::time(row.integer(10));
  summary.owner = row.text(11);
  if (!row.is_null(12)) summary.failure = Failure{row.text(12), row.text(13), row.text(14), row.integer(15) != 0};
  summary.size = static_cast<std::uint64_t>(row.integer(16));
  return summary;
}

std::string list_sql(const ListQuery& query) {
  std::string sql(kSummaryColumns);
  // Ids sort by time.
  sql += query.newest_first ? "WHERE (work.id < ?1 OR ?1 = '')" : "WHERE work.id > ?1";
  // Words of an enumeration, not of the caller. One alone is compared with =, for which there may be an index.
  if (query.states.size() == 1) {
    sql += " AND work.state = '" + std::string(to_string(query.states.front())) + "'";
  } else if (!query.states.empty()) {
    sql += " AND work.state IN (";
    for (const WorkState state : query.states) sql += "'" + std::string(to_string(state)) + "',";
    sql.back() = ')';
  }
  if (!query.port.empty()) sql += " AND work.port = ?2";
  if (!query.party.empty()) sql += " AND messages.party = ?3";
  if (query.message) sql += " AND messages.id = ?4";
  return sql + (query.newest_first ? " ORDER BY work.id DESC LIMIT ?5" : " ORDER BY work.id LIMIT ?5");
}

/// The message with its slots; parts are added by read_parts().
struct Found {
  std::int64_t seq = 0;
  Message message;
};

Result<Found> read_message(sql::Connection& connection, const MessageId& id) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT seq, body_index, context FROM messages WHERE id = ?1"));
  select.bind(1, id.text());
  SG_TRY_ASSIGN(const bool row, select.step());
  if (!row) {
    return fail(kNoSuchMessage, "there is no such message", id.text(),
                "it may have been finished and removed; list what is there with 'sealgate message list'");
  }
  Found found;
  found.seq = select.integer(0);
  found.message.id = id;
  found.message.body_index = static_cast<std::size_t>(select.integer(1));
  auto context = decode_context(select.bytes(2));
  if (!context) return fail(std::move(context.error()).at(id.text()));
  found.message.context = std::move(*context);
  return found;
}

Result<> read_parts(sql::Connection& connection, sql::Database& database, const BodySpool& spool, Found& found) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT slot, name, content_type, file_name, properties, size, sha256, file "
                                   "FROM parts WHERE slot >= ?1 AND slot < ?2 ORDER BY slot"));
  select.bind(1, found.seq * rows::kSlots).bind(2, (found.seq + 1) * rows::kSlots);
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    Part part;
    part.name = select.text(1);
    part.content_type = select.text(2);
    part.file_name = select.text(3);
    auto properties = decode_context(select.bytes(4));
    if (!properties) return fail(std::move(properties.error()).at(found.message.id.text()));
    part.properties = std::move(*properties);
    BodyLocation location;
    location.slot = select.integer(0);
    if (!select.is_null(7)) location.file = (spool.directory() / select.text(7)).string();
    const ByteView sha256 = select.bytes(6);
    part.body = make_stored_body(database, std::move(location), static_cast<std::uint64_t>(select.integer(5)),
                                 Bytes(sha256.begin(), sha256.end()));
    found.message.parts.push_back(std::move(part));
  }
}

Result<std::vector<std::int64_t>> finished_messages(sql::Connection& connection, Time before, std::size_t limit) {
  std::vector<std::int64_t> all;
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT seq FROM messages WHERE finished < ?1 ORDER BY finished LIMIT ?2"));
  select.bind(1, rows::milliseconds(before)).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return all;
    all.push_back(select.integer(0));
  }
}

Result<> delete_message(sql::Connection& connection, std::int64_t seq, std::vector<std::string>& files) {
  {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT file FROM parts WHERE slot >= ?1 AND slot < ?2 "
                                                            "AND file IS NOT NULL"));
    select.bind(1, seq * rows::kSlots).bind(2, (seq + 1) * rows::kSlots);
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) break;
      files.push_back(select.text(0));
    }
  }
  SG_TRY_ASSIGN(sql::Statement parts, connection.prepare("DELETE FROM parts WHERE slot >= ?1 AND slot < ?2"));
  SG_TRY(parts.bind(1, seq * rows::kSlots).bind(2, (seq + 1) * rows::kSlots).run());
  SG_TRY_ASSIGN(sql::Statement work, connection.prepare("DELETE FROM work WHERE message = ?1"));
  SG_TRY(work.bind(1, seq).run());
  SG_TRY_ASSIGN(sql::Statement message, connection.prepare("DELETE FROM messages WHERE seq = ?1"));
  return message.bind(1, seq).run();
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
      all.push_back(read_summary(select));
    }
  }));
  return all;
}

Result<WorkSummary> SqliteMessageBox::show(const WorkId& work) {
  WorkSummary summary;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare(std::string(kSummaryColumns) + "WHERE work.id = ?1"));
    select.bind(1, work.text());
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) {
      return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
    }
    summary = read_summary(select);
    return {};
  }));
  return summary;
}

Result<Counts> SqliteMessageBox::counts() {
  Counts counts;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT state, count(*) FROM work GROUP BY state"));
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      const auto number = static_cast<std::uint64_t>(select.integer(1));
      switch (parse_work_state(select.text(0)).value_or(WorkState::Suspended)) {
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
  }));
  return counts;
}

Result<Message> SqliteMessageBox::load(const MessageId& message) {
  Message loaded;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(Found found, read_message(connection, message));
    SG_TRY(read_parts(connection, database_, spool_, found));
    loaded = std::move(found.message);
    return {};
  }));
  return loaded;
}

Result<std::uint64_t> SqliteMessageBox::purge(Time before, std::size_t limit) {
  std::vector<std::string> files;
  std::uint64_t removed = 0;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const std::vector<std::int64_t> finished, finished_messages(connection, before, limit));
    for (const std::int64_t seq : finished) SG_TRY(delete_message(connection, seq, files));
    removed = finished.size();
    SG_TRY_ASSIGN(sql::Statement keys, connection.prepare("DELETE FROM receive_keys WHERE key IN (SELECT key FROM "
                                                          "receive_keys WHERE received < ?1 LIMIT 1000)"));
    return keys.bind(1, rows::milliseconds(before - kReceiveKeyLife)).run();
  }));
  // After the commit: a file without a row is only waste that the next start removes; a row without a file is a loss.
  for (const std::string& name : files) spool_.unlink(name);
  return removed;
}

}  // namespace sealgate::store
