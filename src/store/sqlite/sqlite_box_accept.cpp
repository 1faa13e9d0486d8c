// Accepting messages: bodies first (on disk, still unnamed), then their names, then one commit of all rows.

#include <algorithm>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "store/common/accepting.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/common/tracked.h"
#include "store/sqlite/accepted_message.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

namespace {

/// A message with what comes of it.
struct Prepared {
  AcceptedMessage message;
  std::vector<Delivery> work;
  TrackingRecord record;
};

/// The record of its acceptance.
TrackingRecord record_of(const AcceptedMessage& message, TrackingEvent event, TrackingDetails details,
                         const std::string& instance, Time now) {
  TrackingRecord record;
  record.at = now;
  record.event = event;
  record.message = message.id;
  record.port = message.port;
  record.party = message.party;
  record.instance = instance;
  record.details = std::move(details);
  return record;
}

Result<> insert_message(BoxChange& change, const Prepared& prepared) {
  SG_TRY_ASSIGN(const std::int64_t seq, insert_message_rows(change.connection(), prepared.message, change.now()));
  for (std::size_t i = 0; i < prepared.work.size(); ++i) {
    SG_TRY(change.insert(seq, static_cast<std::int64_t>(i), prepared.work[i]));
  }
  change.log(WorkKind::Receive, prepared.record);
  // Refused and unroutable say themselves that they are suspended.
  if (prepared.record.event == TrackingEvent::Received) {
    change.log_suspended(prepared.work, prepared.message.id, prepared.message.party);
  }
  commit_point("publish.message-inserted");
  return {};
}

/// What was stored under the key at the first time; empty optional when it is new.
Result<std::optional<PublishResult>> find_received(sql::Connection& connection, const std::string& key) {
  std::optional<PublishResult> found;
  if (key.empty()) return found;
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT messages, coalesce(r.receipt, k.receipt) FROM receive_keys k "
                                   "LEFT JOIN receipts r ON r.number = k.number WHERE key = ?1"));
  select.bind(1, key);
  SG_TRY_ASSIGN(const bool known, select.step());
  if (known) found = PublishResult{true, split_ids(select.view(0)), to_bytes(as_text(select.bytes(1)))};
  return found;
}

Result<> plan(Publication& publication, Prepared& prepared, const std::string& instance, Time now) {
  SG_TRY_ASSIGN(Plan planned, plan_of(publication, prepared.message.port, now));
  prepared.record = record_of(prepared.message, planned.event, std::move(planned.details), instance, now);
  prepared.work = std::move(planned.work);
  return {};
}

/// What was committed, for who loads it in a moment. The messages are moved out of the request.
void remember(RecentMessages& recent, PublishRequest& request, std::vector<Prepared>& prepared) {
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    Prepared& entry = prepared[i];
    const bool goes_on =
        std::ranges::none_of(entry.work, [](const Delivery& one) { return one.suspended.has_value() || one.done; });
    if (!goes_on || entry.message.parts.size() != 1) continue;
    std::shared_ptr<const StagedBody> content = std::move(entry.message.parts.front().body);
    Message message = std::move(request.publications[i].message);
    message.id = entry.message.id;
    recent.keep(std::move(message), std::move(content), entry.work.size());
  }
}

// Unless the outcome is unknown (the disk failed in the middle of the commit), in which case the next start decides.
bool surely_nothing_happened(const Error& error) {
  return !(error.code == kIoFailed);
}

}  // namespace

Result<PublishResult> SqliteMessageBox::publish(PublishRequest request, Time now) {
  SG_TRY(check_receipt(request));
  LinkedFiles files(spool_);
  std::vector<Prepared> prepared;
  PublishResult fresh;
  for (Publication& publication : request.publications) {
    const Message& message = publication.message;
    Prepared entry;
    SG_TRY_ASSIGN(entry.message,
                  accept_message(spool_, files, message.context, message.parts, message.body_index, message.id, now));
    SG_TRY(plan(publication, entry, instance_, now));
    fresh.messages.push_back(entry.message.id);
    prepared.push_back(std::move(entry));
  }
  commit_point("publish.files-linked");
  PublishResult result;
  const auto written = change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(auto received, find_received(change.connection(), request.receive_key));
    if (received) {
      result = std::move(*received);
      return {};
    }
    if (request.settles) SG_TRY(settle(change, *request.settles));
    for (const Prepared& entry : prepared) SG_TRY(insert_message(change, entry));
    result = fresh;
    if (request.resolves) {
      SG_TRY_ASSIGN(result.resolved, resolve(change, *request.resolves));
    }
    return insert_receive_key(change.connection(), request.receive_key, result.messages, request.receipt, now);
  });
  if (!written) {
    if (!surely_nothing_happened(written.error())) files.keep();
    return fail(written.error());
  }
  if (result.duplicate) return result;
  files.keep();
  remember(recent_, request, prepared);
  return result;
}

Result<WorkId> SqliteMessageBox::suspend_received(SuspendRequest request, Time now) {
  // What is suspended because it breaks a limit must not be refused for breaking it.
  request.context.trim_to_limits();
  request.raw.properties.trim_to_limits();
  LinkedFiles files(spool_);
  Prepared prepared;
  SG_TRY_ASSIGN(prepared.message, accept_message(spool_, files, request.context,
                                                 std::span<const Part>(&request.raw, 1), 0, MessageId(), now));
  Delivery receive;
  SG_TRY_ASSIGN(receive.id, make_work_id(now));
  receive.kind = WorkKind::Receive;
  receive.port = prepared.message.port;
  receive.suspended = request.failure;
  prepared.work.push_back(receive);
  TrackingDetails details = std::move(request.tracking);
  add_failure(details, request.failure);
  prepared.record = record_of(prepared.message, TrackingEvent::Refused, std::move(details), instance_, now);
  prepared.record.work = receive.id;
  commit_point("suspend_received.files-linked");
  bool duplicate = false;
  WorkId id = receive.id;
  const auto written = change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const auto received, find_received(change.connection(), request.receive_key));
    if (received) {
      duplicate = true;
      SG_TRY_ASSIGN(
          sql::Statement select,
          change.connection().prepare("SELECT work.id FROM work JOIN messages ON work.slot >= messages.seq * 1048576 "
                                      "AND work.slot < (messages.seq + 1) * 1048576 WHERE messages.id = ?1 "
                                      "ORDER BY work.slot LIMIT 1"));
      const std::string first = received->messages.empty() ? std::string() : received->messages.front().text();
      select.bind(1, first);
      SG_TRY_ASSIGN(const bool found, select.step());
      id = found ? WorkId(select.text(0)) : WorkId();
      return {};
    }
    SG_TRY(insert_message(change, prepared));
    return insert_receive_key(change.connection(), request.receive_key, {prepared.message.id}, {}, now);
  });
  if (!written) {
    if (!surely_nothing_happened(written.error())) files.keep();
    return fail(written.error());
  }
  if (!duplicate) files.keep();
  return id;
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

Result<std::optional<Bytes>> SqliteMessageBox::receipt_of(const std::string& receive_key) {
  std::optional<Bytes> receipt;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(auto received, find_received(connection, receive_key));
    if (received && !received->receipt.empty()) receipt = std::move(received->receipt);
    return {};
  }));
  return receipt;
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

Result<> SqliteMessageBox::forget_received_before(const std::string& receive_key, Time before) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement forget,
                  connection.prepare("DELETE FROM receive_keys WHERE key = ?1 AND received < ?2"));
    return forget.bind(1, receive_key).bind(2, milliseconds(before)).run();
  });
}

}  // namespace sealgate::store
