#include "store/postgres/stored_rows.h"

#include <array>
#include <map>

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

namespace {

constexpr std::string_view kPartColumns =
    "SELECT message, number, name, content_type, file_name, properties, size, sha256, body";

Result<MessageContext> read_context(const MessageId& id, ByteView bytes) {
  auto decoded = decode_context(bytes);
  if (!decoded) return fail(std::move(decoded.error()).at(id.text()));
  return decoded;
}

/// Columns as kPartColumns says.
Result<Part> read_part(const Rows& rows, std::size_t row, const std::shared_ptr<Database>& database,
                       std::shared_ptr<HeldContent> held = {}) {
  const MessageId id(rows.text(row, 0));
  Part part;
  part.name = rows.text(row, 2);
  part.content_type = rows.text(row, 3);
  part.file_name = rows.text(row, 4);
  SG_TRY_ASSIGN(part.properties, read_context(id, rows.bytes(row, 5)));
  BodyLocation location{id.text(), rows.integer(row, 1), rows.text(row, 8)};
  const ByteView sha256 = rows.bytes(row, 7);
  part.body = make_stored_body(database, std::move(location), static_cast<std::uint64_t>(rows.integer(row, 6)),
                               Bytes(sha256.begin(), sha256.end()), std::move(held));
  return part;
}

}  // namespace

Result<Message> read_message(Connection& connection, const std::shared_ptr<Database>& database, const MessageId& id) {
  // The message last: if it is there then, it was when its parts were read.
  const std::string parts_sql = std::string(kPartColumns) + " FROM parts WHERE message = $1 ORDER BY number";
  std::array<Command, 2> commands{Command{parts_sql},
                                  Command{"SELECT body_index, context FROM messages WHERE id = $1"}};
  for (Command& command : commands) command.parameters.add(std::string_view(id.text()));
  SG_TRY_ASSIGN(const std::vector<Rows> rows, connection.pipeline(commands));
  const Rows& found = rows[1];
  if (found.empty()) {
    return fail(kNoSuchMessage, "there is no such message", id.text(),
                "it may have been finished and removed; list what is there with 'sealgate message list'");
  }
  Message message;
  message.id = id;
  message.body_index = static_cast<std::size_t>(found.integer(0, 0));
  SG_TRY_ASSIGN(message.context, read_context(id, found.bytes(0, 1)));
  for (std::size_t row = 0; row < rows[0].size(); ++row) {
    SG_TRY_ASSIGN(Part part, read_part(rows[0], row, database));
    message.parts.push_back(std::move(part));
  }
  return message;
}

Result<std::vector<std::shared_ptr<const ClaimedMessages::Fetched>>> fetch_messages(
    Connection& connection, const std::shared_ptr<Database>& database, std::span<const std::string> ids) {
  const std::string parts_sql =
      std::string(kPartColumns) + ", content FROM parts WHERE message = ANY($1) ORDER BY message, number";
  std::array<Command, 2> commands{Command{parts_sql},
                                  Command{"SELECT id, body_index, context FROM messages WHERE id = ANY($1)"}};
  for (Command& command : commands) command.parameters.add(ids);
  SG_TRY_ASSIGN(const std::vector<Rows> rows, connection.pipeline(commands));
  std::map<std::string, std::shared_ptr<ClaimedMessages::Fetched>, std::less<>> fetched;
  for (std::size_t row = 0; row < rows[1].size(); ++row) {
    auto one = std::make_shared<ClaimedMessages::Fetched>();
    one->message.id = MessageId(rows[1].text(row, 0));
    one->message.body_index = static_cast<std::size_t>(rows[1].integer(row, 1));
    auto context = read_context(one->message.id, rows[1].bytes(row, 2));
    if (!context) continue;
    one->message.context = std::move(*context);
    fetched.emplace(one->message.id.text(), std::move(one));
  }
  const Rows& parts = rows[0];
  for (std::size_t row = 0; row < parts.size(); ++row) {
    const auto found = fetched.find(as_text(parts.bytes(row, 0)));
    if (found == fetched.end()) continue;
    ClaimedMessages::Fetched& one = *found->second;
    std::shared_ptr<HeldContent> held;
    if (!parts.is_null(row, 9)) {
      const ByteView content = parts.bytes(row, 9);
      held = std::make_shared<HeldContent>(Bytes(content.begin(), content.end()));
      one.contents.push_back(held);
      one.size += content.size();
    }
    auto part = read_part(parts, row, database, std::move(held));
    if (part) {
      one.message.parts.push_back(std::move(*part));
    } else {
      fetched.erase(found);
    }
  }
  std::vector<std::shared_ptr<const ClaimedMessages::Fetched>> all;
  for (auto& [id, one] : fetched) all.push_back(std::move(one));
  return all;
}

}  // namespace sealgate::store::postgres
