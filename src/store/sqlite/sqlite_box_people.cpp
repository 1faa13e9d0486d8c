// What people do with work: resume, resend, terminate.

#include "messaging/errors.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

namespace {

tl::unexpected<Error> wrong_state(const WorkRow& work, std::string_view operation) {
  return fail(kWrongState, "it is " + std::string(to_string(work.state)) + " and cannot be " + std::string(operation),
              work.id.text());
}

}  // namespace

Result<> SqliteMessageBox::resume(const WorkId& work, bool forced, Time now, const TrackingDetails& tracking) {
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow found, change.find(work));
    if (found.state != WorkState::Suspended) return wrong_state(found, "resumed");
    if (!found.resumable) {
      return fail(kNotResumable, "it was suspended for good and cannot be resumed", work.text(),
                  "save its body with 'sealgate message body', then terminate it");
    }
    SG_TRY(change.restart(found, forced));
    change.log(TrackingEvent::Resumed, found, tracking);
    return {};
  });
}

Result<std::uint64_t> SqliteMessageBox::resume_all(WorkKind kind, const std::string& port,
                                                   std::string_view failure_code, Time now, std::size_t limit) {
  std::uint64_t resumed = 0;
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    std::vector<WorkId> held;
    {
      // In the order of acceptance, which is that of the slots.
      SG_TRY_ASSIGN(
          sql::Statement select,
          change.connection().prepare("SELECT id FROM work INDEXED BY work_held WHERE state = 'suspended' AND "
                                      "port = ?1 AND kind = ?2 AND failure_code = ?3 AND resumable = 1 "
                                      "ORDER BY slot LIMIT ?4"));
      select.bind(1, port).bind(2, to_string(kind)).bind(3, failure_code).bind(4, static_cast<std::int64_t>(limit));
      for (;;) {
        SG_TRY_ASSIGN(const bool row, select.step());
        if (!row) break;
        held.emplace_back(select.text(0));
      }
    }
    for (const WorkId& id : held) {
      SG_TRY_ASSIGN(const WorkRow work, change.find(id));
      SG_TRY(change.restart(work, false));
      change.log(TrackingEvent::Resumed, work, {{"over", std::string(failure_code)}});
    }
    resumed = held.size();
    return {};
  }));
  return resumed;
}

Result<WorkId> SqliteMessageBox::resend(const WorkId& work, const Delivery& delivery, Time now,
                                        const TrackingDetails& tracking) {
  Delivery again = delivery;
  again.kind = WorkKind::Send;
  if (again.id.empty()) {
    SG_TRY_ASSIGN(again.id, make_work_id(now));
  }
  SG_TRY(change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(WorkRow found, change.find(work));
    if (found.kind != WorkKind::Send) {
      return fail(kWrongState,
                  "it is " + std::string(to_string(found.kind)) + " work and was never meant for a partner",
                  work.text(), "resend the delivery to a send port");
    }
    if (found.state != WorkState::Completed && found.state != WorkState::Terminated &&
        found.state != WorkState::Suspended) {
      return wrong_state(found, "sent once more");
    }
    if (delivery.port.empty()) again.port = found.port;
    SG_TRY(change.add(found.message_seq(), again));
    found.id = again.id;
    found.port = again.port;
    TrackingDetails details{{"original", work.text()}};
    details.insert(details.end(), tracking.begin(), tracking.end());
    change.log(TrackingEvent::Resent, found, std::move(details));
    return {};
  }));
  return again.id;
}

Result<> SqliteMessageBox::record(const std::vector<messaging::TrackingRecord>& records, Time now) {
  return change(now, [&](BoxChange& change) -> Result<> {
    for (const auto& record : records) change.log(record.event, WorkKind::Receive, record);
    return {};
  });
}

Result<> SqliteMessageBox::terminate(const WorkId& work, Time now, const TrackingDetails& tracking) {
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow found, change.find(work));
    if (found.state == WorkState::Completed || found.state == WorkState::Terminated) {
      return wrong_state(found, "terminated");
    }
    SG_TRY(change.end(found, WorkState::Terminated));
    change.log(TrackingEvent::Terminated, found, tracking);
    return {};
  });
}

}  // namespace sealgate::store
