// What became of claimed work.

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/common/tracked.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

Result<> SqliteMessageBox::complete(const Claim& claim, Time now, const TrackingDetails& tracking) {
  const Completion one{claim, tracking};
  return std::move(complete_all(std::span(&one, 1), now).front());
}

std::vector<Result<>> SqliteMessageBox::complete_all(std::span<const Completion> completions, Time now) {
  std::vector<Result<>> results(completions.size());
  std::vector<MessageId> ended(completions.size());
  const auto written = change(now, [&](BoxChange& change) -> Result<> {
    for (std::size_t i = 0; i < completions.size(); ++i) {
      auto work = change.held(completions[i].claim);
      // Who lost it changed nothing, and the others go on.
      const bool lost = !work && (work.error().code == kLeaseLost || work.error().code == kNoSuchWork);
      if (!work && !(lost && completions.size() > 1)) return fail(std::move(work.error()));
      results[i] = {};
      if (lost) {
        results[i] = fail(std::move(work.error()));
        continue;
      }
      SG_TRY(change.end(*work, WorkState::Completed));
      commit_point("complete.ended");
      change.log(event_of_completion(work->kind), *work, completions[i].tracking);
      ended[i] = work->message;
    }
    return {};
  });
  for (std::size_t i = 0; i < completions.size(); ++i) {
    if (!written && results[i]) results[i] = fail(written.error());
    if (results[i]) recent_.work_ended(ended[i]);
  }
  return results;
}

Result<> SqliteMessageBox::retry_later(const Claim& claim, const Retry& retry, Time now) {
  TrackingDetails details = retry.tracking;
  add_failure(details, retry.failure);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    SG_TRY(change.fail_attempt(work, retry));
    change.log(TrackingEvent::Attempted, work, details);
    return {};
  });
}

Result<> SqliteMessageBox::postpone(const Claim& claim, Time until, Time now) {
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    return change.postpone(work, until);
  });
}

Result<> SqliteMessageBox::suspend(const Claim& claim, const Failure& failure, Time now,
                                   const TrackingDetails& tracking) {
  TrackingDetails details = tracking;
  add_failure(details, failure);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    SG_TRY(change.suspend(work, failure));
    change.log(TrackingEvent::Suspended, work, details);
    return {};
  });
}

Result<> SqliteMessageBox::deliver(const Claim& claim, const std::vector<Delivery>& deliveries, Time now) {
  if (deliveries.empty()) {
    return fail(kNoSubscriber, "no send port subscribes to this message", claim.work.text(), "suspend it instead");
  }
  std::vector<Delivery> all = deliveries;
  for (Delivery& delivery : all) {
    if (!delivery.id.empty()) continue;
    SG_TRY_ASSIGN(delivery.id, make_work_id(now));
  }
  TrackingDetails details;
  add_matched(details, deliveries);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    for (const Delivery& delivery : all) SG_TRY(change.add(work.message_seq(), delivery));
    commit_point("deliver.added");
    SG_TRY(change.end(work, WorkState::Completed));
    change.log(TrackingEvent::Routed, work, details);
    change.log_suspended(all, work.message, work.party);
    return {};
  });
}

Result<> SqliteMessageBox::release(const Claim& claim, Time now) {
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    return change.make_ready(work, now);
  });
}

Result<> SqliteMessageBox::extend(const Claim& claim, Time until) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    BoxChange change(connection, tracking_switch(), instance_, until);
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    SG_TRY_ASSIGN(sql::Statement update, connection.prepare("UPDATE work SET due = ?2 WHERE slot = ?1"));
    return update.bind(1, work.slot).bind(2, milliseconds(until)).run();
  });
}

Result<std::uint64_t> SqliteMessageBox::release_all(const std::string& owner, Time now) {
  std::uint64_t released = 0;
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    std::vector<WorkId> held;
    {
      SG_TRY_ASSIGN(sql::Statement select,
                    change.connection().prepare("SELECT id FROM work INDEXED BY work_due WHERE due IS NOT NULL AND "
                                                "state = 'active' AND (owner = ?1 OR ?1 = '')"));
      select.bind(1, owner);
      for (;;) {
        SG_TRY_ASSIGN(const bool row, select.step());
        if (!row) break;
        held.emplace_back(select.text(0));
      }
    }
    for (const WorkId& id : held) {
      SG_TRY_ASSIGN(const WorkRow work, change.find(id));
      SG_TRY(change.make_ready(work, now));
    }
    released = held.size();
    SG_TRY_ASSIGN(
        sql::Statement update,
        change.connection().prepare("UPDATE work SET instance = '' WHERE instance <> '' AND (instance = ?1 OR "
                                    "?1 = '')"));
    return update.bind(1, owner).run();
  }));
  return released;
}

Result<std::optional<Time>> SqliteMessageBox::next_due(Time now) {
  std::optional<Time> next;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare("SELECT min(due) FROM work INDEXED BY work_due WHERE due > ?1"));
    select.bind(1, milliseconds(now));
    SG_TRY_ASSIGN(const bool row, select.step());
    if (row && !select.is_null(0)) next = time_of(select.integer(0));
    return {};
  }));
  return next;
}

}  // namespace sealgate::store
