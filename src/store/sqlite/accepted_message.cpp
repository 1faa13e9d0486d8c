#include "store/sqlite/accepted_message.h"

#include <algorithm>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace messaging;

namespace {

Result<std::shared_ptr<const StagedBody>> staged(const BodySpool& spool, const BodyRef& body) {
  if (body == nullptr) return fail(kNoSuchPart, "a part without a body cannot be published");
  auto own = std::dynamic_pointer_cast<const StagedBody>(body);
  if (own == nullptr) {
    const auto writer = spool.create();
    SG_TRY(body->copy_to(*writer));
    SG_TRY(writer->finish());
    own = std::dynamic_pointer_cast<const StagedBody>(writer->take());
  }
  SG_TRY(own->settle(spool.directory(), spool.inline_limit()));
  return own;
}

void bind_part(sql::Statement& insert, int first, const AcceptedPart& entry) {
  insert.bind(first, entry.part->name)
      .bind(first + 1, entry.part->content_type)
      .bind(first + 2, entry.part->file_name);
  insert.bind(first + 3, ByteView(entry.properties)).bind(first + 4, static_cast<std::int64_t>(entry.body->size()));
  insert.bind(first + 5, ByteView(entry.body->sha256()));
  if (entry.file.empty()) {
    insert.bind(first + 7, ByteView(entry.body->memory()));
  } else {
    insert.bind(first + 6, entry.file);
  }
}

}  // namespace

LinkedFiles::~LinkedFiles() {
  for (const std::string& name : names_) spool_.unlink(name);
}

Result<std::string> LinkedFiles::link(const StagedBody& body, Time now) {
  SG_TRY_ASSIGN(std::string name, make_uuid_v7(now));
  SG_TRY_ASSIGN(std::string linked, spool_.link(body, std::move(name)));
  names_.push_back(linked);
  return linked;
}

Result<AcceptedMessage> accept_message(const BodySpool& spool, LinkedFiles& files, const MessageContext& context,
                                       std::span<const Part> parts, std::size_t body_index, MessageId id, Time now) {
  if (parts.size() > kMaximumParts) {
    return fail(kTooManyParts, "a message has " + std::to_string(parts.size()) + " parts", {},
                "at most " + std::to_string(kMaximumParts) + " are allowed");
  }
  SG_TRY(context.check_limits());
  AcceptedMessage accepted;
  accepted.id = std::move(id);
  if (accepted.id.empty()) {
    SG_TRY_ASSIGN(accepted.id, make_message_id(now));
  }
  accepted.body_index = body_index;
  accepted.port = context.text_or_empty(names::kReceivePortName);
  accepted.party = context.text_or_empty(names::kPartyName);
  accepted.type = context.text(names::kMessageType).value_or(context.text_or_empty(names::kMimeContentType));
  accepted.context = encode_context(context);
  for (const Part& part : parts) {
    SG_TRY(part.properties.check_limits());
    AcceptedPart entry;
    entry.part = &part;
    SG_TRY_ASSIGN(entry.body, staged(spool, part.body));
    entry.properties = encode_context(part.properties);
    if (!entry.body->in_memory()) {
      SG_TRY_ASSIGN(entry.file, files.link(*entry.body, now));
    }
    accepted.size += entry.body->size();
    accepted.parts.push_back(std::move(entry));
  }
  return accepted;
}

Result<std::int64_t> insert_message_rows(sql::Connection& connection, const AcceptedMessage& message, Time now) {
  {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection.prepare(
                      "INSERT INTO messages (id, created, body_index, size, parts, party, message_type, context, "
                      "name, content_type, file_name, properties, part_size, sha256, file, content) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"));
    insert.bind(1, message.id.text()).bind(2, milliseconds(now));
    insert.bind(3, static_cast<std::int64_t>(message.body_index)).bind(4, static_cast<std::int64_t>(message.size));
    insert.bind(5, static_cast<std::int64_t>(message.parts.size()));
    insert.bind(6, message.party).bind(7, message.type).bind(8, ByteView(message.context));
    if (!message.parts.empty()) bind_part(insert, 9, message.parts.front());
    SG_TRY(insert.run());
  }
  const std::int64_t seq = connection.last_insert_rowid();
  for (std::size_t i = 1; i < message.parts.size(); ++i) {
    SG_TRY_ASSIGN(
        sql::Statement insert,
        connection.prepare("INSERT INTO parts (slot, name, content_type, file_name, properties, size, sha256, "
                           "file, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    insert.bind(1, seq * kPartSlots + static_cast<std::int64_t>(i));
    bind_part(insert, 2, message.parts[i]);
    SG_TRY(insert.run());
  }
  return seq;
}

Result<> insert_receive_key(sql::Connection& connection, const std::string& key, const std::vector<MessageId>& ids,
                            ByteView receipt, Time now) {
  if (key.empty()) return {};
  std::string text;
  for (const MessageId& id : ids) text += (text.empty() ? "" : " ") + id.text();
  std::optional<std::int64_t> number;
  if (!receipt.empty()) {
    SG_TRY_ASSIGN(sql::Statement keep, connection.prepare("INSERT INTO receipts (receipt) VALUES (?1)"));
    SG_TRY(keep.bind(1, receipt).run());
    number = connection.last_insert_rowid();
  }
  SG_TRY_ASSIGN(
      sql::Statement insert,
      connection.prepare("INSERT INTO receive_keys (key, messages, received, number) VALUES (?1, ?2, ?3, ?4)"));
  return insert.bind(1, key).bind(2, text).bind(3, milliseconds(now)).bind(4, number).run();
}

std::vector<MessageId> split_ids(std::string_view joined) {
  std::vector<MessageId> ids;
  for (std::size_t at = 0; at < joined.size();) {
    const std::size_t end = std::min(joined.find(' ', at), joined.size());
    ids.emplace_back(std::string(joined.substr(at, end - at)));
    at = end + 1;
  }
  return ids;
}

}  // namespace sealgate::store
