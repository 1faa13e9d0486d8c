// Accepting messages: bodies first (in memory, or in chunks that nobody refers to yet), then one commit of all rows.

#include <algorithm>
#include <array>
#include <span>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "store/common/accepting.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/common/tracked.h"
#include "store/postgres/postgres_message_box.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

/// What was stored under the key at the first time; empty optional when it is new and is remembered now.
Result<std::optional<PublishResult>> find_or_remember(Connection& connection, const Accepted& accepted) {
  std::optional<PublishResult> fresh;
  if (accepted.receive_key.empty()) return fresh;
  const std::array<const Accepted*, 1> one{&accepted};
  Command insert = insert_receive_keys(one);
  const std::string sql = std::string(insert.sql) + " ON CONFLICT DO NOTHING";
  SG_TRY_ASSIGN(const Rows inserted, connection.run(sql, std::move(insert.parameters)));
  if (inserted.affected() == 1) return fresh;
  Parameters key;
  key.add(as_bytes(accepted.receive_key));
  SG_TRY_ASSIGN(const Rows rows,
                connection.run("SELECT messages, receipt FROM receive_keys WHERE key = $1", std::move(key)));
  // Forgotten between the two: whoever forgot it wants it to be received again, but that is for the next try.
  if (rows.empty())
    return fail(kBusy, "the receive key was forgotten meanwhile", connection.description(), "try again");
  return std::optional(PublishResult{true, split_ids(rows.text(0, 0)), to_bytes(as_text(rows.bytes(0, 1)))});
}

Result<> insert_alone(BoxChange& change, const Accepted& accepted) {
  const std::array<const Accepted*, 1> one{&accepted};
  std::vector<Command> commands;
  const std::vector<std::string> queues = ordered_queues(accepted.work);
  if (!queues.empty()) {
    commands.push_back(
        Command{"INSERT INTO ordered_queues SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING"});
    commands.back().parameters.add(std::span<const std::string>(queues));
    commands.push_back(lock_queues(queues, {}));
  }
  for (Command& command : insert_messages(one)) commands.push_back(std::move(command));
  if (!queues.empty()) commands.push_back(rank_heads(queues, {}));
  if (!commands.empty()) SG_TRY(change.connection().pipeline(commands));
  log_messages(accepted, change.records());
  commit_point("publish.inserted");
  return {};
}

/// What the publication becomes beside its rows: work and a record.
Result<> plan(Publication& publication, Accepted& accepted) {
  NewMessage& message = accepted.messages.back();
  SG_TRY_ASSIGN(Plan planned, plan_of(publication, message.receive_port, accepted.now));
  message.event = planned.event;
  message.details = std::move(planned.details);
  for (Delivery& delivery : planned.work) accepted.work.push_back(NewWork{message.id, std::move(delivery)});
  return {};
}

bool makes_ready(const Accepted& accepted) {
  return std::ranges::any_of(accepted.work,
                             [](const NewWork& one) { return !one.delivery.suspended && !one.delivery.done; });
}

}  // namespace

Result<PublishResult> PostgresMessageBox::publish(PublishRequest request, Time now) {
  SG_TRY(check_receipt(request));
  Accepted accepted;
  accepted.now = now;
  accepted.receive_key = request.receive_key;
  accepted.receipt = std::move(request.receipt);
  ClaimedBodies claimed(accepted);
  for (Publication& publication : request.publications) {
    const Message& message = publication.message;
    SG_TRY(accept_message(stage_, accepted, message.context, message.parts, message.body_index, message.id));
    SG_TRY(plan(publication, accepted));
  }
  if (request.settles) held_.release(request.settles->claim.work);
  if (request.resolves) held_.release(request.resolves->work);
  commit_point("publish.prepared");
  if (!request.settles && !request.resolves && accepted.chunked.empty() && !accepted.messages.empty()) {
    const auto together = batches_.publish(accepted);
    if (together) {
      if (makes_ready(accepted)) announce();
      return PublishResult{false, accepted.ids};
    }
    if (!(together.error().code == kConstraint)) return fail(together.error());
  }
  PublishResult result;
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    result = PublishResult{false, accepted.ids};
    SG_TRY_ASSIGN(auto received, find_or_remember(change.connection(), accepted));
    if (received) {
      result = std::move(*received);
      return {};
    }
    SG_TRY(adopt_chunks(change.connection(), accepted));
    if (request.settles) SG_TRY(settle(change, *request.settles));
    if (makes_ready(accepted)) change.set_made_ready();
    SG_TRY(insert_alone(change, accepted));
    if (request.resolves) {
      SG_TRY_ASSIGN(result.resolved, resolve(change, *request.resolves));
    }
    return {};
  }));
  if (!result.duplicate) claimed.keep();
  return result;
}

Result<WorkId> PostgresMessageBox::suspend_received(SuspendRequest request, Time now) {
  // What is suspended because it breaks a limit must not be refused for breaking it.
  request.context.trim_to_limits();
  request.raw.properties.trim_to_limits();
  Accepted accepted;
  accepted.now = now;
  accepted.receive_key = request.receive_key;
  ClaimedBodies claimed(accepted);
  SG_TRY(accept_message(stage_, accepted, request.context, std::span<const Part>(&request.raw, 1), 0, MessageId()));
  NewMessage& message = accepted.messages.back();
  Delivery receive;
  SG_TRY_ASSIGN(receive.id, make_work_id(now));
  receive.kind = WorkKind::Receive;
  receive.port = message.receive_port;
  receive.suspended = request.failure;
  message.event = TrackingEvent::Refused;
  message.details = request.tracking;
  message.refused = receive.id;
  add_failure(message.details, request.failure);
  accepted.work.push_back(NewWork{message.id, receive});
  commit_point("suspend_received.prepared");
  bool duplicate = false;
  WorkId id;
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    id = receive.id;
    duplicate = false;
    SG_TRY_ASSIGN(const auto received, find_or_remember(change.connection(), accepted));
    if (!received) {
      SG_TRY(adopt_chunks(change.connection(), accepted));
      return insert_alone(change, accepted);
    }
    duplicate = true;
    Parameters first;
    const std::string message_id = received->messages.empty() ? std::string() : received->messages.front().text();
    first.add(std::string_view(message_id));
    SG_TRY_ASSIGN(const Rows rows,
                  change.connection().run("SELECT min(id) FROM work WHERE message = $1", std::move(first)));
    id = WorkId(rows.text(0, 0));
    return {};
  }));
  if (!duplicate) claimed.keep();
  return id;
}

Result<bool> PostgresMessageBox::was_received(const std::string& receive_key) {
  bool known = false;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters key;
    key.add(as_bytes(receive_key));
    SG_TRY_ASSIGN(const Rows rows,
                  connection.run("SELECT 1::bigint FROM receive_keys WHERE key = $1", std::move(key)));
    known = !rows.empty();
    return {};
  }));
  return known;
}

Result<std::optional<Bytes>> PostgresMessageBox::receipt_of(const std::string& receive_key) {
  std::optional<Bytes> receipt;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters key;
    key.add(as_bytes(receive_key));
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT receipt FROM receive_keys WHERE key = $1 AND receipt IS "
                                                  "NOT NULL",
                                                  std::move(key)));
    if (!rows.empty()) receipt = to_bytes(as_text(rows.bytes(0, 0)));
    return {};
  }));
  return receipt;
}

Result<> PostgresMessageBox::forget_received(const std::vector<std::string>& receive_keys) {
  if (receive_keys.empty()) return {};
  return database_.write([&](Connection& connection) -> Result<> {
    std::vector<ByteView> keys;
    for (const std::string& key : receive_keys) keys.push_back(as_bytes(key));
    Parameters parameters;
    parameters.add(std::span<const ByteView>(keys));
    SG_TRY(connection.run("DELETE FROM receive_keys WHERE key = ANY($1)", std::move(parameters)));
    return {};
  });
}

Result<> PostgresMessageBox::forget_received_before(const std::string& receive_key, Time before) {
  return database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(as_bytes(receive_key));
    parameters.add(milliseconds(before));
    SG_TRY(connection.run("DELETE FROM receive_keys WHERE key = $1 AND received < $2", std::move(parameters)));
    return {};
  });
}

}  // namespace sealgate::store::postgres
