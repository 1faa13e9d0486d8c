// Accepting messages: bodies first (on disk, still unnamed), then their names, then one commit of all rows.

#include <algorithm>
#include <span>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "store/common/errors.h"
#include "store/sqlite/sqlite_box_rows.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

namespace {

/// Everything of one message that can be prepared outside of the transaction.
struct PreparedPart {
  const Part* part = nullptr;
  std::shared_ptr<const StagedBody> body;
  Bytes properties;
  std::string file;  ///< empty: in the row
};

struct Prepared {
  MessageId id;
  std::size_t body_index = 0;
  std::uint64_t size = 0;
  std::string party;
  std::string type;
  Bytes context;
  std::vector<PreparedPart> parts;
  std::vector<rows::NewWork> work;
};

/// Removes the files it gave names to, unless the commit took them over.
class LinkedFiles {
 public:
  explicit LinkedFiles(BodySpool& spool) : spool_(spool) {}
  LinkedFiles(const LinkedFiles&) = delete;
  LinkedFiles& operator=(const LinkedFiles&) = delete;
  ~LinkedFiles() {
    for (const std::string& name : names_) spool_.unlink(name);
  }
  Result<std::string> link(const StagedBody& body, Time now) {
    SG_TRY_ASSIGN(std::string name, make_uuid_v7(now));
    SG_TRY_ASSIGN(std::string linked, spool_.link(body, std::move(name)));
    names_.push_back(linked);
    return linked;
  }
  void keep() { names_.clear(); }

 private:
  BodySpool& spool_;
  std::vector<std::string> names_;
};

Result<std::shared_ptr<const StagedBody>> staged(const BodySpool& spool, const BodyRef& body) {
  if (body == nullptr) return fail(kNoSuchPart, "a part without a body cannot be published");
  if (auto own = std::dynamic_pointer_cast<const StagedBody>(body)) return own;
  const auto writer = spool.create();
  SG_TRY(body->copy_to(*writer));
  SG_TRY(writer->finish());
  return std::dynamic_pointer_cast<const StagedBody>(writer->take());
}

Result<Prepared> prepare(const BodySpool& spool, LinkedFiles& files, const MessageContext& context,
                         std::span<const Part> parts, std::size_t body_index, MessageId id, Time now) {
  if (parts.size() > kMaximumParts) {
    return fail(kTooManyParts, "a message has " + std::to_string(parts.size()) + " parts", {},
                "at most " + std::to_string(kMaximumParts) + " are allowed");
  }
  SG_TRY(context.check_limits());
  Prepared prepared;
  prepared.id = std::move(id);
  if (prepared.id.empty()) {
    SG_TRY_ASSIGN(prepared.id, make_message_id(now));
  }
  prepared.body_index = body_index;
  prepared.party = context.text_or_empty(names::kPartyName);
  prepared.type = context.text(names::kMessageType).value_or(context.text_or_empty(names::kMimeContentType));
  prepared.context = encode_context(context);
  for (const Part& part : parts) {
    SG_TRY(part.properties.check_limits());
    PreparedPart entry;
    entry.part = &part;
    SG_TRY_ASSIGN(entry.body, staged(spool, part.body));
    entry.properties = encode_context(part.properties);
    if (!entry.body->in_memory()) {
      SG_TRY_ASSIGN(entry.file, files.link(*entry.body, now));
    }
    prepared.size += entry.body->size();
    prepared.parts.push_back(std::move(entry));
  }
  return prepared;
}

Result<> insert_message(sql::Connection& connection, Prepared& prepared, Time now) {
  std::int64_t seq = 0;
  {
    SG_TRY_ASSIGN(
        sql::Statement insert,
        connection.prepare("INSERT INTO messages (id, created, body_index, size, party, message_type, context) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    insert.bind(1, prepared.id.text()).bind(2, rows::milliseconds(now));
    insert.bind(3, static_cast<std::int64_t>(prepared.body_index)).bind(4, static_cast<std::int64_t>(prepared.size));
    insert.bind(5, prepared.party).bind(6, prepared.type).bind(7, ByteView(prepared.context));
    SG_TRY(insert.run());
    seq = connection.last_insert_rowid();
  }
  for (std::size_t i = 0; i < prepared.parts.size(); ++i) {
    const PreparedPart& entry = prepared.parts[i];
    SG_TRY_ASSIGN(
        sql::Statement insert,
        connection.prepare("INSERT INTO parts (slot, name, content_type, file_name, properties, size, sha256, "
                           "file, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    insert.bind(1, seq * rows::kSlots + static_cast<std::int64_t>(i)).bind(2, entry.part->name);
    insert.bind(3, entry.part->content_type).bind(4, entry.part->file_name).bind(5, ByteView(entry.properties));
    insert.bind(6, static_cast<std::int64_t>(entry.body->size())).bind(7, ByteView(entry.body->sha256()));
    if (entry.file.empty()) {
      insert.bind_null(8).bind(9, ByteView(entry.body->memory()));
    } else {
      insert.bind(8, entry.file).bind_null(9);
    }
    SG_TRY(insert.run());
  }
  for (rows::NewWork& work : prepared.work) {
    work.message = seq;
    SG_TRY(rows::insert_work(connection, work, now));
  }
  return {};
}

/// The ids stored under the key at the first time; empty optional when it is new.
Result<std::optional<std::vector<MessageId>>> find_received(sql::Connection& connection, const std::string& key) {
  std::optional<std::vector<MessageId>> found;
  if (key.empty()) return found;
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT messages FROM receive_keys WHERE key = ?1"));
  select.bind(1, key);
  SG_TRY_ASSIGN(const bool known, select.step());
  if (!known) return found;
  found.emplace();
  const std::string ids = select.text(0);
  for (std::size_t at = 0; at < ids.size();) {
    const std::size_t end = std::min(ids.find(' ', at), ids.size());
    found->emplace_back(ids.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

Result<> remember_received(sql::Connection& connection, const std::string& key, const std::vector<MessageId>& ids,
                           Time now) {
  if (key.empty()) return {};
  std::string text;
  for (const MessageId& id : ids) text += (text.empty() ? "" : " ") + id.text();
  SG_TRY_ASSIGN(sql::Statement insert, connection.prepare("INSERT INTO receive_keys VALUES (?1, ?2, ?3)"));
  return insert.bind(1, key).bind(2, text).bind(3, rows::milliseconds(now)).run();
}

Result<std::vector<rows::NewWork>> work_of(const Publication& publication, Time now) {
  std::vector<rows::NewWork> all;
  for (const Delivery& delivery : publication.deliveries) {
    rows::NewWork work;
    work.id = delivery.id.text();
    if (work.id.empty()) {
      SG_TRY_ASSIGN(work.id, make_uuid_v7(now));
    }
    work.port = delivery.port;
    work.suspended = delivery.suspended;
    all.push_back(std::move(work));
  }
  if (!all.empty()) return all;
  rows::NewWork route;
  SG_TRY_ASSIGN(route.id, make_uuid_v7(now));
  route.kind = WorkKind::Route;
  route.port = publication.message.context.text_or_empty(names::kReceivePortName);
  std::string text = "no send port subscribes to this message";
  if (!publication.routing_report.empty()) text += ":\n" + publication.routing_report;
  route.suspended = Failure{std::string(kNoSubscriber.id), std::move(text),
                            "enlist a send port or correct its filter, then resume the message", true};
  all.push_back(std::move(route));
  return all;
}

// Unless the outcome is unknown (the disk failed in the middle of the commit), in which case the next start decides.
bool surely_nothing_happened(const Error& error) {
  return !(error.code == kIoFailed);
}

}  // namespace

Result<PublishResult> SqliteMessageBox::publish(PublishRequest request, Time now) {
  LinkedFiles files(spool_);
  std::vector<Prepared> prepared;
  bool ready = false;
  for (const Publication& publication : request.publications) {
    const Message& message = publication.message;
    SG_TRY_ASSIGN(Prepared entry,
                  prepare(spool_, files, message.context, message.parts, message.body_index, message.id, now));
    SG_TRY_ASSIGN(entry.work, work_of(publication, now));
    for (const rows::NewWork& work : entry.work) ready = ready || !work.suspended;
    prepared.push_back(std::move(entry));
  }
  PublishResult result;
  const auto written = database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(auto received, find_received(connection, request.receive_key));
    if (received) {
      result.duplicate = true;
      result.messages = std::move(*received);
      return {};
    }
    if (request.settles) {
      const Claim& claim = request.settles->claim;
      SG_TRY_ASSIGN(const std::int64_t message, rows::check_claim(connection, claim));
      SG_TRY(rows::finish_work(connection, claim.work, message, WorkState::Completed, now));
    }
    for (Prepared& entry : prepared) {
      SG_TRY(insert_message(connection, entry, now));
      result.messages.push_back(entry.id);
    }
    return remember_received(connection, request.receive_key, result.messages, now);
  });
  if (!written) {
    if (!surely_nothing_happened(written.error())) files.keep();
    return fail(written.error());
  }
  if (result.duplicate) return result;
  files.keep();
  if (ready) announce();
  return result;
}

Result<WorkId> SqliteMessageBox::suspend_received(SuspendRequest request, Time now) {
  // What is suspended because it breaks a limit must not be refused for breaking it.
  request.context.trim_to_limits();
  request.raw.properties.trim_to_limits();
  LinkedFiles files(spool_);
  SG_TRY_ASSIGN(Prepared prepared,
                prepare(spool_, files, request.context, std::span<const Part>(&request.raw, 1), 0, MessageId(), now));
  rows::NewWork receive;
  SG_TRY_ASSIGN(receive.id, make_uuid_v7(now));
  receive.kind = WorkKind::Receive;
  receive.port = request.context.text_or_empty(names::kReceivePortName);
  receive.suspended = request.failure;
  prepared.work.push_back(receive);
  bool duplicate = false;
  std::string id = receive.id;
  const auto written = database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const auto received, find_received(connection, request.receive_key));
    if (received) {
      duplicate = true;
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT work.id FROM work JOIN messages ON messages.seq = work.message "
                                       "WHERE messages.id = ?1 ORDER BY work.id LIMIT 1"));
      const std::string first = received->empty() ? std::string() : received->front().text();
      select.bind(1, first);
      SG_TRY_ASSIGN(const bool found, select.step());
      id = found ? select.text(0) : std::string();
      return {};
    }
    SG_TRY(insert_message(connection, prepared, now));
    return remember_received(connection, request.receive_key, {prepared.id}, now);
  });
  if (!written) {
    if (!surely_nothing_happened(written.error())) files.keep();
    return fail(written.error());
  }
  if (!duplicate) files.keep();
  return WorkId(id);
}

Result<bool> SqliteMessageBox::was_received(const std::string& receive_key) {
  bool known = false;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const auto received, find_received(connection, receive_key));
    known = received.has_value();
    return {};
  }));
  return known;
}

Result<> SqliteMessageBox::forget_received(const std::vector<std::string>& receive_keys) {
  if (receive_keys.empty()) return {};
  return database_.write([&](sql::Connection& connection) -> Result<> {
    for (const std::string& key : receive_keys) {
      SG_TRY_ASSIGN(sql::Statement forget, connection.prepare("DELETE FROM receive_keys WHERE key = ?1"));
      SG_TRY(forget.bind(1, key).run());
    }
    return {};
  });
}

}  // namespace sealgate::store
