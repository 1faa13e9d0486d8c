// What people do with work: resume it, send it once more, give it up. And what is removed when all is done.

#include <array>

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/postgres/postgres_message_box.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

constexpr std::chrono::hours kReceiveKeyLife{24 * 30};

tl::unexpected<Error> wrong_state(const WorkRow& work, std::string_view operation) {
  return fail(kWrongState, "it is " + std::string(to_string(work.state)) + " and cannot be " + std::string(operation),
              work.id.text());
}

/// Keeps purge() from the message while work is added to it.
Result<> keep_message(Connection& connection, const MessageId& message) {
  Parameters parameters;
  parameters.add(std::string_view(message.text()));
  SG_TRY_ASSIGN(const Rows rows,
                connection.run("SELECT 1::bigint FROM messages WHERE id = $1 FOR KEY SHARE", std::move(parameters)));
  if (!rows.empty()) return {};
  return fail(kNoSuchMessage, "the message was removed meanwhile", message.text());
}

std::vector<std::string> first_column(const Rows& rows) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows.size(); ++row) texts.push_back(rows.text(row, 0));
  return texts;
}

Command with_texts(std::string_view sql, const std::vector<std::string>& texts) {
  Command command{sql};
  command.parameters.add(std::span<const std::string>(texts));
  return command;
}

}  // namespace

Result<> PostgresMessageBox::resume(const WorkId& work, bool forced, Time now, const TrackingDetails& tracking) {
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow row, change.find(work));
    if (row.state != WorkState::Suspended) return wrong_state(row, "resumed");
    if (!row.resumable) {
      return fail(kNotResumable, "it was suspended for good and cannot be resumed", work.text(),
                  "save its body with 'sealgate message body', then terminate it");
    }
    change.log(TrackingEvent::Resumed, row, tracking);
    change.set_made_ready();
    return change.restart(row, forced);
  });
}

Result<std::uint64_t> PostgresMessageBox::resume_all(WorkKind kind, const std::string& port,
                                                     std::string_view failure_code, Time now, std::size_t limit) {
  std::uint64_t resumed = 0;
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    Parameters parameters;
    parameters.add(std::string_view(port)).add(to_string(kind)).add(failure_code);
    parameters.add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows found,
                  change.connection().run("SELECT id FROM work WHERE state = 'suspended' AND port = $1 AND kind = $2 "
                                          "AND failure_code = $3 AND resumable ORDER BY id LIMIT $4",
                                          std::move(parameters)));
    resumed = 0;
    for (const std::string& id : first_column(found)) {
      SG_TRY_ASSIGN(const WorkRow row, change.find(WorkId(id)));
      if (row.state != WorkState::Suspended || !row.resumable) continue;
      change.log(TrackingEvent::Resumed, row, {{"over", std::string(failure_code)}});
      SG_TRY(change.restart(row, false));
      ++resumed;
    }
    if (resumed > 0) change.set_made_ready();
    return {};
  }));
  return resumed;
}

Result<WorkId> PostgresMessageBox::resend(const WorkId& work, const Delivery& delivery, Time now,
                                          const TrackingDetails& tracking) {
  std::array<NewWork, 1> again{NewWork{MessageId(), delivery}};
  Delivery& added = again[0].delivery;
  added.kind = WorkKind::Send;
  if (added.id.empty()) {
    SG_TRY_ASSIGN(added.id, make_work_id(now));
  }
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(WorkRow row, change.find(work));
    const bool ended =
        row.state == WorkState::Completed || row.state == WorkState::Terminated || row.state == WorkState::Suspended;
    if (row.kind != WorkKind::Send || !ended) return wrong_state(row, "sent once more");
    SG_TRY(keep_message(change.connection(), row.message));
    again[0].message = row.message;
    if (delivery.port.empty()) added.port = row.port;
    row.id = added.id;
    row.port = added.port;
    TrackingDetails details{{"original", work.text()}};
    details.insert(details.end(), tracking.begin(), tracking.end());
    change.log(TrackingEvent::Resent, row, std::move(details));
    return change.add(again);
  }));
  return added.id;
}

Result<> PostgresMessageBox::record(const std::vector<messaging::TrackingRecord>& records, Time now) {
  return change(now, [&](BoxChange& change) -> Result<> {
    for (const auto& record : records) change.records().log(record.event, WorkKind::Receive, now, record);
    return {};
  });
}

Result<> PostgresMessageBox::terminate(const WorkId& work, Time now, const TrackingDetails& tracking) {
  held_.release(work);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow row, change.find(work));
    if (row.state == WorkState::Completed || row.state == WorkState::Terminated)
      return wrong_state(row, "terminated");
    change.log(TrackingEvent::Terminated, row, tracking);
    return change.end(row, WorkState::Terminated);
  });
}

Result<std::uint64_t> PostgresMessageBox::purge(Time before, std::size_t limit) {
  std::uint64_t removed = 0;
  std::uint64_t gone = 0;
  bool more = true;
  while (more && removed < limit) {
    SG_TRY(database_.write(
        [&](Connection& connection) -> Result<> {
          // Work that ended, oldest first. A message with more work comes up again when the rest has ended.
          Parameters ended;
          ended.add(milliseconds(before)).add(static_cast<std::int64_t>(limit - removed));
          SG_TRY_ASSIGN(const Rows found,
                        connection.run("UPDATE work SET finished = NULL WHERE id IN (SELECT id FROM work WHERE "
                                       "finished < $1 ORDER BY finished LIMIT $2 FOR UPDATE SKIP LOCKED) "
                                       "RETURNING message",
                                       std::move(ended)));
          more = !found.empty();
          const std::vector<std::string> candidates = first_column(found);
          SG_TRY_ASSIGN(const Rows locked,
                        connection.run("SELECT id FROM messages WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE",
                                       std::move(with_texts("", candidates).parameters)));
          const std::vector<std::string> held = first_column(locked);
          Command finished = with_texts(
              "SELECT id FROM messages WHERE id = ANY($1::text[]) AND NOT EXISTS (SELECT 1 FROM work WHERE "
              "work.message = messages.id AND (state NOT IN ('completed', 'terminated') OR changed >= $2))",
              held);
          finished.parameters.add(milliseconds(before));
          SG_TRY_ASSIGN(const Rows over, connection.run(finished.sql, std::move(finished.parameters)));
          const std::vector<std::string> messages = first_column(over);
          const std::array<Command, 4> commands{
              with_texts(
                  "DELETE FROM chunks WHERE body IN (SELECT body FROM parts WHERE message = ANY($1::text[]) AND "
                  "body IS NOT NULL)",
                  messages),
              with_texts("DELETE FROM parts WHERE message = ANY($1::text[])", messages),
              with_texts("DELETE FROM work WHERE message = ANY($1::text[])", messages),
              with_texts("DELETE FROM messages WHERE id = ANY($1::text[])", messages)};
          SG_TRY(connection.pipeline(commands));
          commit_point("purge.deleted");
          gone = messages.size();
          return {};
        },
        Durability::Relaxed));
    removed += gone;
  }
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    Parameters keys;
    keys.add(milliseconds(before - kReceiveKeyLife));
    SG_TRY(
        connection.run("DELETE FROM receive_keys WHERE key IN (SELECT key FROM receive_keys WHERE received < $1 "
                       "LIMIT 1000)",
                       std::move(keys)));
    return {};
  }));
  return removed;
}

}  // namespace sealgate::store::postgres
