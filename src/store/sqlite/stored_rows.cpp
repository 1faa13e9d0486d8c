#include "store/sqlite/stored_rows.h"

#include "messaging/errors.h"
#include "store/sqlite/sqlite_box_change.h"
#include "store/sqlite/stored_body.h"

namespace sealgate::store::rows {

using namespace messaging;

namespace {

/// From name, content type, file name, properties, size, SHA-256 and file, in this order.
Result<Part> read_part(const sql::Statement& row, int first, BodyLocation location, sql::Database& database,
                       const BodySpool& spool) {
  Part part;
  part.name = row.text(first);
  part.content_type = row.text(first + 1);
  part.file_name = row.text(first + 2);
  auto properties = decode_context(row.bytes(first + 3));
  if (!properties) return fail(std::move(properties.error()).at(location.message));
  part.properties = std::move(*properties);
  if (!row.is_null(first + 6)) location.file = (spool.directory() / row.text(first + 6)).string();
  const ByteView sha256 = row.bytes(first + 5);
  part.body = make_stored_body(database, std::move(location), static_cast<std::uint64_t>(row.integer(first + 4)),
                               Bytes(sha256.begin(), sha256.end()));
  return part;
}

Result<> read_other_parts(sql::Connection& connection, sql::Database& database, const BodySpool& spool,
                          std::int64_t seq, Message& message) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT name, content_type, file_name, properties, size, sha256, file, slot "
                                   "FROM parts WHERE slot >= ?1 AND slot < ?2 ORDER BY slot"));
  select.bind(1, seq * kPartSlots).bind(2, (seq + 1) * kPartSlots);
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    SG_TRY_ASSIGN(Part part, read_part(select, 0, {message.id.text(), seq, select.integer(7), {}}, database, spool));
    message.parts.push_back(std::move(part));
  }
}

}  // namespace

WorkSummary read_summary(const sql::Statement& row) {
  WorkSummary summary;
  summary.id = WorkId(row.text(0));
  summary.message = MessageId(row.text(1));
  summary.kind = parse_work_kind(row.view(2)).value_or(WorkKind::Send);
  summary.state = parse_work_state(row.view(3)).value_or(WorkState::Suspended);
  summary.port = row.text(4);
  summary.party = row.text(5);
  summary.message_type = row.text(6);
  summary.attempts = row.integer(7);
  summary.created = time_of(row.integer(8));
  summary.changed = time_of(row.integer(9));
  if (!row.is_null(10)) summary.due = time_of(row.integer(10));
  summary.owner = row.text(11);
  if (!row.is_null(12)) summary.failure = Failure{row.text(12), row.text(13), row.text(14), row.integer(15) != 0};
  summary.size = static_cast<std::uint64_t>(row.integer(16));
  summary.transport = static_cast<int>(row.integer(17));
  summary.priority = static_cast<int>(row.integer(18));
  summary.ordered = row.integer(19) != 0;
  return summary;
}

Result<Message> read_message(sql::Connection& connection, sql::Database& database, const BodySpool& spool,
                             const MessageId& id) {
  SG_TRY_ASSIGN(
      sql::Statement select,
      connection.prepare("SELECT seq, body_index, parts, context, name, content_type, file_name, properties, "
                         "part_size, sha256, file FROM messages WHERE id = ?1"));
  select.bind(1, id.text());
  SG_TRY_ASSIGN(const bool row, select.step());
  if (!row) {
    return fail(kNoSuchMessage, "there is no such message", id.text(),
                "it may have been finished and removed; list what is there with 'sealgate message list'");
  }
  Message message;
  message.id = id;
  message.body_index = static_cast<std::size_t>(select.integer(1));
  const std::int64_t seq = select.integer(0);
  const std::int64_t parts = select.integer(2);
  auto context = decode_context(select.bytes(3));
  if (!context) return fail(std::move(context.error()).at(id.text()));
  message.context = std::move(*context);
  if (parts == 0) return message;
  SG_TRY_ASSIGN(Part first, read_part(select, 4, {id.text(), seq, seq * kPartSlots, {}}, database, spool));
  message.parts.push_back(std::move(first));
  if (parts > 1) SG_TRY(read_other_parts(connection, database, spool, seq, message));
  return message;
}

}  // namespace sealgate::store::rows
