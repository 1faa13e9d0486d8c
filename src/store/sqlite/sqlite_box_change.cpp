#include "store/sqlite/sqlite_box_change.h"

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/tracked.h"

namespace sealgate::store {

using namespace messaging;

namespace {

constexpr std::string_view kColumns =
    "SELECT work.slot, work.kind, work.state, work.port, work.priority, work.place, work.transport, work.resumable, "
    "work.owner, work.lease, messages.id, messages.party FROM work JOIN messages "
    "ON messages.seq = work.slot / 1048576 WHERE work.id = ?1";

/// Claimed in this order.
std::int64_t rank_of(Time since, int priority) {
  return milliseconds(since + (priority - kDefaultPriority) * std::chrono::milliseconds(kPriorityStep));
}

WorkRow read_row(const sql::Statement& row, const WorkId& id) {
  WorkRow work;
  work.slot = row.integer(0);
  work.id = id;
  work.kind = parse_work_kind(row.view(1)).value_or(WorkKind::Send);
  work.state = parse_work_state(row.view(2)).value_or(WorkState::Suspended);
  work.port = row.text(3);
  work.priority = static_cast<int>(row.integer(4));
  work.place = row.integer(5);
  work.transport = static_cast<int>(row.integer(6));
  work.resumable = row.integer(7) != 0;
  work.message = MessageId(row.text(10));
  work.party = row.text(11);
  return work;
}

tl::unexpected<Error> no_such_work(const WorkId& work) {
  return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
}

}  // namespace

Result<WorkRow> BoxChange::find(const WorkId& work) {
  SG_TRY_ASSIGN(sql::Statement select, connection_.prepare(kColumns));
  select.bind(1, work.text());
  SG_TRY_ASSIGN(const bool found, select.step());
  if (!found) return no_such_work(work);
  return read_row(select, work);
}

Result<WorkRow> BoxChange::held(const Claim& claim) {
  SG_TRY_ASSIGN(sql::Statement select, connection_.prepare(kColumns));
  select.bind(1, claim.work.text());
  SG_TRY_ASSIGN(const bool found, select.step());
  if (!found) return no_such_work(claim.work);
  WorkRow work = read_row(select, claim.work);
  if (work.state != WorkState::Active || select.view(8) != claim.owner || select.integer(9) != claim.lease) {
    return fail(kLeaseLost, "the work item is no longer held by " + claim.owner, claim.work.text(),
                "drop the result; whoever holds the work item now goes on with it");
  }
  return work;
}

Result<> BoxChange::insert(std::int64_t message_seq, std::int64_t number, const Delivery& delivery) {
  WorkState state = WorkState::Ready;
  if (delivery.done) {
    state = WorkState::Completed;
  } else if (delivery.suspended) {
    state = WorkState::Suspended;
  } else if (delivery.not_before && *delivery.not_before > now_) {
    state = WorkState::Scheduled;
  }
  const std::string_view kind = to_string(delivery.kind);
  const bool queued = delivery.ordered && !(delivery.suspended && !delivery.suspended->resumable);
  std::int64_t last = 0;
  if (queued) {
    SG_TRY_ASSIGN(sql::Statement select, connection_.prepare("SELECT max(place) FROM work WHERE kind = ?1 AND "
                                                             "port = ?2 AND place IS NOT NULL"));
    SG_TRY(select.bind(1, kind).bind(2, delivery.port).step());
    last = select.integer(0);
  }
  SG_TRY_ASSIGN(sql::Statement insert,
                connection_.prepare(
                    "INSERT INTO work (slot, id, kind, state, port, instance, priority, ordered, transport, "
                    "attempts, forced, created, changed, rank, due, place, owner, lease, failure_code, "
                    "failure_text, failure_remedy, resumable, finished) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                    "0, 0, 0, ?9, ?9, ?10, ?11, ?12, '', 0, ?13, ?14, ?15, ?16, ?17)"));
  insert.bind(1, message_seq * kWorkSlots + number).bind(2, delivery.id.text()).bind(3, kind);
  insert.bind(4, to_string(state)).bind(5, delivery.port).bind(6, delivery.instance);
  insert.bind(7, std::int64_t{delivery.priority}).bind(8, std::int64_t{delivery.ordered}).bind(9, milliseconds(now_));
  const bool claimable = state == WorkState::Ready && last == 0;
  if (claimable) insert.bind(10, rank_of(now_, delivery.priority));
  if (state == WorkState::Scheduled) insert.bind(11, milliseconds(*delivery.not_before));
  if (queued) insert.bind(12, last + 1);
  if (delivery.suspended) {
    const Failure& failure = *delivery.suspended;
    insert.bind(13, failure.code).bind(14, failure.text).bind(15, failure.remedy);
  }
  insert.bind(16, std::int64_t{!delivery.suspended || delivery.suspended->resumable});
  if (delivery.done) insert.bind(17, milliseconds(now_));
  SG_TRY(insert.run());
  count(state, 1);
  made_ready_ = made_ready_ || claimable;
  return {};
}

Result<> BoxChange::add(std::int64_t message_seq, const Delivery& delivery) {
  std::int64_t number = 0;
  {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT max(slot) FROM work WHERE slot >= ?1 AND slot < ?2"));
    SG_TRY(select.bind(1, message_seq * kWorkSlots).bind(2, (message_seq + 1) * kWorkSlots).step());
    number = select.is_null(0) ? 0 : select.integer(0) % kWorkSlots + 1;
  }
  if (number >= kWorkSlots) {
    return fail(kWrongState, "a message cannot be sent a million times", delivery.port, "submit it anew");
  }
  SG_TRY_ASSIGN(sql::Statement reopen,
                connection_.prepare("UPDATE work SET finished = NULL WHERE slot >= ?1 AND slot < ?2 AND "
                                    "finished IS NOT NULL"));
  SG_TRY(reopen.bind(1, message_seq * kWorkSlots).bind(2, (message_seq + 1) * kWorkSlots).run());
  return insert(message_seq, number, delivery);
}

Result<> BoxChange::activate(std::int64_t slot, const Holder& holder) {
  SG_TRY_ASSIGN(
      sql::Statement update,
      connection_.prepare("UPDATE work SET state = 'active', owner = ?2, lease = ?3, due = ?4, rank = NULL, "
                          "changed = ?5 WHERE slot = ?1"));
  update.bind(1, slot).bind(2, holder.owner).bind(3, holder.lease).bind(4, milliseconds(holder.until));
  SG_TRY(update.bind(5, milliseconds(now_)).run());
  count(WorkState::Ready, -1);
  count(WorkState::Active, 1);
  return {};
}

Result<bool> BoxChange::is_head(const WorkRow& work) {
  if (work.place == 0) return true;
  SG_TRY_ASSIGN(sql::Statement select,
                connection_.prepare("SELECT min(place) FROM work WHERE kind = ?1 AND port = ?2 "
                                    "AND place IS NOT NULL"));
  SG_TRY(select.bind(1, to_string(work.kind)).bind(2, work.port).step());
  return select.integer(0) == work.place;
}

Result<> BoxChange::make_ready(const WorkRow& work, Time since) {
  SG_TRY_ASSIGN(const bool head, is_head(work));
  SG_TRY_ASSIGN(
      sql::Statement update,
      connection_.prepare("UPDATE work SET state = 'ready', owner = '', due = NULL, rank = ?2, changed = ?3 "
                          "WHERE slot = ?1"));
  update.bind(1, work.slot).bind(3, milliseconds(now_));
  if (head) update.bind(2, rank_of(since, work.priority));
  SG_TRY(update.run());
  count(work.state, -1);
  count(WorkState::Ready, 1);
  made_ready_ = made_ready_ || head;
  return {};
}

Result<> BoxChange::restart(const WorkRow& work, bool forced) {
  SG_TRY_ASSIGN(sql::Statement update,
                connection_.prepare("UPDATE work SET attempts = 0, transport = 0, forced = ?2 WHERE slot = ?1"));
  SG_TRY(update.bind(1, work.slot).bind(2, std::int64_t{forced}).run());
  return make_ready(work, now_);
}

Result<> BoxChange::wait(const WorkRow& work, WorkState state, Time until) {
  SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE work SET state = ?2, owner = '', due = ?3, "
                                                           "changed = ?4 WHERE slot = ?1"));
  update.bind(1, work.slot).bind(2, to_string(state)).bind(3, milliseconds(until)).bind(4, milliseconds(now_));
  SG_TRY(update.run());
  count(work.state, -1);
  count(state, 1);
  return {};
}

Result<> BoxChange::fail_attempt(const WorkRow& work, const Retry& retry) {
  {
    SG_TRY_ASSIGN(sql::Statement update,
                  connection_.prepare(
                      "UPDATE work SET attempts = CASE WHEN transport = ?2 THEN attempts + 1 ELSE 0 END, "
                      "transport = ?2, failure_code = ?3, failure_text = ?4, failure_remedy = ?5, resumable = 1 "
                      "WHERE slot = ?1"));
    update.bind(1, work.slot).bind(2, std::int64_t{retry.transport}).bind(3, retry.failure.code);
    SG_TRY(update.bind(4, retry.failure.text).bind(5, retry.failure.remedy).run());
  }
  return wait(work, WorkState::Retrying, retry.next);
}

Result<> BoxChange::suspend(const WorkRow& work, const Failure& failure) {
  {
    SG_TRY_ASSIGN(
        sql::Statement update,
        connection_.prepare("UPDATE work SET state = 'suspended', owner = '', due = NULL, rank = NULL, changed = ?2, "
                            "attempts = attempts + 1, failure_code = ?3, failure_text = ?4, failure_remedy = ?5, "
                            "resumable = ?6, place = CASE WHEN ?6 THEN place END WHERE slot = ?1"));
    update.bind(1, work.slot).bind(2, milliseconds(now_)).bind(3, failure.code).bind(4, failure.text);
    SG_TRY(update.bind(5, failure.remedy).bind(6, std::int64_t{failure.resumable}).run());
  }
  count(work.state, -1);
  count(WorkState::Suspended, 1);
  return failure.resumable ? Result<>() : leave_queue(work);
}

Result<> BoxChange::end(const WorkRow& work, WorkState state) {
  {
    SG_TRY_ASSIGN(
        sql::Statement update,
        connection_.prepare("UPDATE work SET state = ?2, owner = '', due = NULL, rank = NULL, place = NULL, "
                            "changed = ?3, finished = CASE WHEN EXISTS (SELECT 1 FROM work AS other WHERE "
                            "other.slot >= ?4 AND other.slot < ?5 AND other.slot <> ?1 AND other.state NOT IN "
                            "('completed', 'terminated')) THEN NULL ELSE ?3 END WHERE slot = ?1"));
    update.bind(1, work.slot).bind(2, to_string(state)).bind(3, milliseconds(now_));
    update.bind(4, work.message_seq() * kWorkSlots).bind(5, (work.message_seq() + 1) * kWorkSlots);
    SG_TRY(update.run());
  }
  count(work.state, -1);
  count(state, 1);
  return leave_queue(work);
}

Result<> BoxChange::leave_queue(const WorkRow& work) {
  if (work.place == 0) return {};
  std::int64_t next = 0;
  std::int64_t rank = 0;
  {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT slot, state, priority, created, rank IS NULL FROM work WHERE kind = ?1 "
                                      "AND port = ?2 AND place IS NOT NULL ORDER BY place LIMIT 1"));
    select.bind(1, to_string(work.kind)).bind(2, work.port);
    SG_TRY_ASSIGN(const bool found, select.step());
    if (!found || select.view(1) != to_string(WorkState::Ready) || select.integer(4) == 0) return {};
    next = select.integer(0);
    rank = rank_of(time_of(select.integer(3)), static_cast<int>(select.integer(2)));
  }
  SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE work SET rank = ?2 WHERE slot = ?1"));
  SG_TRY(update.bind(1, next).bind(2, rank).run());
  made_ready_ = true;
  return {};
}

void BoxChange::log(TrackingEvent event, const WorkRow& work, TrackingDetails details) {
  TrackingRecord record;
  record.message = work.message;
  record.work = work.id;
  record.port = work.port;
  record.party = work.party;
  record.details = std::move(details);
  log(event, work.kind, std::move(record));
}

void BoxChange::log(TrackingEvent event, WorkKind kind, TrackingRecord record) {
  record.at = now_;
  record.event = event;
  record.instance = instance_;
  log(kind, record);
}

void BoxChange::log(WorkKind kind, const TrackingRecord& record) {
  if (tracking_.records(kind, record)) records_.push_back(encode_record(record));
}

void BoxChange::log_suspended(const std::vector<Delivery>& deliveries, const MessageId& message,
                              const std::string& party) {
  for (const Delivery& delivery : deliveries) {
    if (!delivery.suspended) continue;
    log(TrackingEvent::Suspended, delivery.kind, record_of_suspended(delivery, message, party));
  }
}

Result<> BoxChange::finish() {
  for (const Bytes& record : records_) {
    SG_TRY_ASSIGN(sql::Statement insert, connection_.prepare("INSERT INTO tracking (record) VALUES (?1)"));
    SG_TRY(insert.bind(1, ByteView(record)).run());
  }
  if (std::ranges::all_of(counts_, [](std::int64_t difference) { return difference == 0; })) return {};
  SG_TRY_ASSIGN(
      sql::Statement update,
      connection_.prepare("UPDATE work_counts SET ready = ready + ?1, active = active + ?2, "
                          "retrying = retrying + ?3, scheduled = scheduled + ?4, suspended = suspended + ?5, "
                          "completed = completed + ?6, terminated = terminated + ?7"));
  for (std::size_t i = 0; i < counts_.size(); ++i) update.bind(static_cast<int>(i) + 1, counts_[i]);
  return update.run();
}

}  // namespace sealgate::store
