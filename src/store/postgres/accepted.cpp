#include "store/postgres/accepted.h"

#include <algorithm>
#include <array>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "store/common/errors.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

using Contents = std::span<const ByteView>;
using Numbers = std::span<const std::int64_t>;
using Views = std::span<const std::string_view>;

constexpr std::string_view kInsertMessages =
    "INSERT INTO messages (id, created, body_index, size, party, message_type, context) SELECT * FROM "
    "unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])";

constexpr std::string_view kInsertParts =
    "INSERT INTO parts (message, number, name, content_type, file_name, properties, size, sha256, body, content) "
    "SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], "
    "$7::bigint[], "
    "$8::bytea[], $9::text[], $10::bytea[])";

Result<std::shared_ptr<const StagedBody>> copy_body(const std::shared_ptr<BodyStage>& stage, const Body& body) {
  const auto writer = make_body_writer(stage);
  SG_TRY(body.copy_to(*writer));
  SG_TRY(writer->finish());
  return std::dynamic_pointer_cast<const StagedBody>(writer->take());
}

/// A staged body of this store that is this part's alone.
Result<std::shared_ptr<const StagedBody>> own_body(const std::shared_ptr<BodyStage>& stage, const BodyRef& body,
                                                   Accepted& accepted) {
  if (body == nullptr) return fail(kNoSuchPart, "a part without a body cannot be published");
  auto own = std::dynamic_pointer_cast<const StagedBody>(body);
  if (own == nullptr || (!own->in_memory() && !own->claim())) {
    SG_TRY_ASSIGN(own, copy_body(stage, *body));
    if (!own->in_memory()) own->claim();
  }
  if (!own->in_memory()) accepted.chunked.push_back(own);
  return own;
}

Command insert_parts(std::span<const Accepted* const> accepted) {
  std::vector<std::string_view> messages;
  std::vector<std::int64_t> numbers, sizes;
  std::vector<ByteView> names, types, files, properties, digests;
  std::vector<std::optional<std::string>> bodies;
  std::vector<std::optional<ByteView>> contents;
  for (const Accepted* one : accepted) {
    for (const NewMessage& message : one->messages) {
      for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const NewMessage::NewPart& part = message.parts[i];
        const StagedBody::Content& content = part.body->content();
        messages.push_back(message.id.text());
        numbers.push_back(static_cast<std::int64_t>(i));
        names.push_back(as_bytes(part.part->name));
        types.push_back(as_bytes(part.part->content_type));
        files.push_back(as_bytes(part.part->file_name));
        properties.emplace_back(part.properties);
        sizes.push_back(static_cast<std::int64_t>(content.size));
        digests.emplace_back(content.sha256);
        const bool inside = part.body->in_memory();
        bodies.emplace_back(inside ? std::nullopt : std::optional(content.body));
        contents.emplace_back(inside ? std::optional(ByteView(content.memory)) : std::nullopt);
      }
    }
  }
  Command command{kInsertParts};
  command.parameters.add(Views(messages)).add(Numbers(numbers)).add(Contents(names)).add(Contents(types));
  command.parameters.add(Contents(files)).add(Contents(properties)).add(Numbers(sizes)).add(Contents(digests));
  command.parameters.add(std::span<const std::optional<std::string>>(bodies));
  command.parameters.add(std::span<const std::optional<ByteView>>(contents));
  return command;
}

}  // namespace

Result<> accept_message(const std::shared_ptr<BodyStage>& stage, Accepted& accepted, const MessageContext& context,
                        std::span<const Part> parts, std::size_t body_index, MessageId id) {
  if (parts.size() > kMaximumParts) {
    return fail(kTooManyParts, "a message has " + std::to_string(parts.size()) + " parts", {},
                "at most " + std::to_string(kMaximumParts) + " are allowed");
  }
  SG_TRY(context.check_limits());
  NewMessage message;
  message.id = std::move(id);
  if (message.id.empty()) {
    SG_TRY_ASSIGN(message.id, make_message_id(accepted.now));
  }
  message.body_index = body_index;
  message.party = context.text_or_empty(names::kPartyName);
  message.type = context.text(names::kMessageType).value_or(context.text_or_empty(names::kMimeContentType));
  message.receive_port = context.text_or_empty(names::kReceivePortName);
  message.context = encode_context(context);
  for (const Part& part : parts) {
    SG_TRY(part.properties.check_limits());
    NewMessage::NewPart entry;
    entry.part = &part;
    SG_TRY_ASSIGN(entry.body, own_body(stage, part.body, accepted));
    entry.properties = encode_context(part.properties);
    message.size += entry.body->size();
    message.parts.push_back(std::move(entry));
  }
  accepted.ids.push_back(message.id);
  accepted.messages.push_back(std::move(message));
  return {};
}

Result<> adopt_chunks(Connection& connection, const Accepted& accepted) {
  if (accepted.chunked.empty()) return {};
  std::vector<std::string> bodies;
  std::int64_t chunks = 0;
  for (const auto& body : accepted.chunked) {
    bodies.push_back(body->content().body);
    chunks += body->content().chunks;
  }
  std::array<Command, 2> commands{Command{"DELETE FROM staged WHERE body = ANY($1)"},
                                  Command{"SELECT count(*) FROM chunks WHERE body = ANY($1)"}};
  for (Command& command : commands) command.parameters.add(std::span<const std::string>(bodies));
  SG_TRY_ASSIGN(const std::vector<Rows> rows, connection.pipeline(commands));
  if (rows[0].affected() == bodies.size() && rows[1].integer(0, 0) == chunks) return {};
  return fail(kBodyLost, "a body on its way into the store was lost with the database server",
              connection.description(), "send the message again");
}

std::vector<Command> insert_messages(std::span<const Accepted* const> accepted) {
  std::vector<std::string_view> ids;
  std::vector<std::int64_t> created, indices, sizes;
  std::vector<ByteView> parties, types, contexts;
  std::vector<NewWork> work;
  std::vector<Time> times;
  bool parts = false;
  for (const Accepted* one : accepted) {
    for (const NewMessage& message : one->messages) {
      ids.push_back(message.id.text());
      created.push_back(milliseconds(one->now));
      indices.push_back(static_cast<std::int64_t>(message.body_index));
      sizes.push_back(static_cast<std::int64_t>(message.size));
      parties.push_back(as_bytes(message.party));
      types.push_back(as_bytes(message.type));
      contexts.emplace_back(message.context);
      parts = parts || !message.parts.empty();
    }
    work.insert(work.end(), one->work.begin(), one->work.end());
    times.resize(work.size(), one->now);
  }
  std::vector<Command> commands;
  if (ids.empty()) return commands;
  commands.push_back(Command{kInsertMessages});
  commands.back().parameters.add(Views(ids)).add(Numbers(created)).add(Numbers(indices)).add(Numbers(sizes));
  commands.back().parameters.add(Contents(parties)).add(Contents(types)).add(Contents(contexts));
  if (parts) commands.push_back(insert_parts(accepted));
  if (!work.empty()) commands.push_back(insert_work(work, times));
  return commands;
}

void log_messages(const Accepted& accepted, Records& records) {
  // The work is in the order of its messages.
  auto work = accepted.work.begin();
  for (const NewMessage& message : accepted.messages) {
    TrackingRecord record;
    record.message = message.id;
    record.work = message.refused;
    record.port = message.receive_port;
    record.party = message.party;
    record.details = message.details;
    records.log(message.event, WorkKind::Receive, accepted.now, std::move(record));
    const auto first = work;
    while (work != accepted.work.end() && work->message == message.id) ++work;
    // Refused and unroutable say themselves that they are suspended.
    if (message.event == TrackingEvent::Received) records.log_suspended({first, work}, accepted.now, message.party);
  }
}

Command insert_receive_keys(std::span<const Accepted* const> accepted) {
  std::vector<ByteView> keys;
  std::vector<std::string> messages;
  std::vector<std::int64_t> received;
  std::vector<std::optional<ByteView>> receipts;
  for (const Accepted* one : accepted) {
    if (one->receive_key.empty()) continue;
    keys.push_back(as_bytes(one->receive_key));
    messages.push_back(join_ids(one->ids));
    received.push_back(milliseconds(one->now));
    receipts.push_back(one->receipt.empty() ? std::nullopt : std::optional<ByteView>(one->receipt));
  }
  Command command{
      "INSERT INTO receive_keys SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bytea[])"};
  command.parameters.add(Contents(keys)).add(std::span<const std::string>(messages)).add(Numbers(received));
  command.parameters.add(std::span<const std::optional<ByteView>>(receipts));
  return command;
}

std::string join_ids(const std::vector<MessageId>& ids) {
  std::string joined;
  for (const MessageId& id : ids) joined += (joined.empty() ? "" : " ") + id.text();
  return joined;
}

std::vector<MessageId> split_ids(std::string_view joined) {
  std::vector<MessageId> ids;
  while (!joined.empty()) {
    const std::size_t end = std::min(joined.find(' '), joined.size());
    ids.emplace_back(std::string(joined.substr(0, end)));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return ids;
}

}  // namespace sealgate::store::postgres
