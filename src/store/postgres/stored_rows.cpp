#include "store/postgres/stored_rows.h"

#include <array>

#include "messaging/errors.h"
#include "store/postgres/box_change.h"
#include "store/postgres/postgres_body.h"

namespace sealgate::store::postgres {

using namespace messaging;

WorkSummary read_summary(const Rows& rows, std::size_t row) {
  WorkSummary summary;
  summary.id = WorkId(rows.text(row, 0));
  summary.message = MessageId(rows.text(row, 1));
  summary.kind = parse_work_kind(rows.text(row, 2)).value_or(WorkKind::Send);
  summary.state = parse_work_state(rows.text(row, 3)).value_or(WorkState::Suspended);
  summary.port = rows.text(row, 4);
  summary.party = rows.text(row, 5);
  summary.message_type = rows.text(row, 6);
  summary.attempts = rows.integer(row, 7);
  summary.created = time_of(rows.integer(row, 8));
  summary.changed = time_of(rows.integer(row, 9));
  if (!rows.is_null(row, 10)) summary.due = time_of(rows.integer(row, 10));
  summary.owner = rows.text(row, 11);
  if (!rows.is_null(row, 12)) {
    summary.failure = Failure{rows.text(row, 12), rows.text(row, 13), rows.text(row, 14), rows.flag(row, 15)};
  }
  summary.size = static_cast<std::uint64_t>(rows.integer(row, 16));
  summary.transport = static_cast<int>(rows.integer(row, 17));
  summary.priority = static_cast<int>(rows.integer(row, 18));
  summary.ordered = rows.flag(row, 19);
  return summary;
}

Result<Message> read_message(Connection& connection, const std::shared_ptr<Database>& database, const MessageId& id) {
  // The message last: if it is there then, it was when its parts were read.
  std::array<Command, 2> commands{Command{"SELECT number, name, content_type, file_name, properties, size, sha256, "
                                          "body FROM parts WHERE message = $1 ORDER BY number"},
                                  Command{"SELECT body_index, context FROM messages WHERE id = $1"}};
  for (Command& command : commands) command.parameters.add(std::string_view(id.text()));
  SG_TRY_ASSIGN(const std::vector<Rows> rows, connection.pipeline(commands));
  const Rows& parts = rows[0];
  const Rows& found = rows[1];
  if (found.empty()) {
    return fail(kNoSuchMessage, "there is no such message", id.text(),
                "it may have been finished and removed; list what is there with 'sealgate message list'");
  }
  const auto context = [&](ByteView bytes) -> Result<MessageContext> {
    auto decoded = decode_context(bytes);
    if (!decoded) return fail(std::move(decoded.error()).at(id.text()));
    return decoded;
  };
  Message message;
  message.id = id;
  message.body_index = static_cast<std::size_t>(found.integer(0, 0));
  SG_TRY_ASSIGN(message.context, context(found.bytes(0, 1)));
  for (std::size_t row = 0; row < parts.size(); ++row) {
    Part part;
    part.name = parts.text(row, 1);
    part.content_type = parts.text(row, 2);
    part.file_name = parts.text(row, 3);
    SG_TRY_ASSIGN(part.properties, context(parts.bytes(row, 4)));
    BodyLocation location{id.text(), parts.integer(row, 0), parts.text(row, 7)};
    const ByteView sha256 = parts.bytes(row, 6);
    part.body = make_stored_body(database, std::move(location), static_cast<std::uint64_t>(parts.integer(row, 5)),
                                 Bytes(sha256.begin(), sha256.end()));
    message.parts.push_back(std::move(part));
  }
  return message;
}

}  // namespace sealgate::store::postgres
