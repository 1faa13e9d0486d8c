// Work items: taking them and saying what became of them; what people do to them.

#include <algorithm>

#include "messaging/errors.h"
#include "store/sqlite/sqlite_box_rows.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

namespace {

// Nobody takes more at a time: what is taken and not worked on keeps others from it.
constexpr std::size_t kMaximumClaim = 1000;

/// Lines of names, each between line feeds, to be searched with instr(); names hold no line feeds.
std::string lines_of(const std::vector<std::string>& names) {
  std::string lines = "\n";
  for (const std::string& name : names) lines += name + "\n";
  return lines;
}

std::string lines_of(const std::vector<WorkKind>& kinds) {
  std::vector<std::string> words;
  for (const WorkKind kind : {WorkKind::Receive, WorkKind::Route, WorkKind::Send}) {
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
      words.emplace_back(to_string(kind));
  }
  return lines_of(words);
}

constexpr std::string_view kDue =
    "SELECT work.id, work.kind, messages.id, work.port, work.attempts, work.created, work.resumed, work.lease "
    "FROM work JOIN messages ON messages.seq = work.message "
    "WHERE work.due <= ?1 AND instr(?2, char(10) || work.port || char(10)) = 0 "
    "AND instr(?3, char(10) || work.kind || char(10)) > 0 ORDER BY work.due LIMIT ?4";

Result<std::vector<WorkItem>> select_due(sql::Connection& connection, const ClaimRequest& request,
                                         const std::string& skipped, const std::string& kinds, std::size_t limit) {
  std::vector<WorkItem> items;
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(kDue));
  select.bind(1, rows::milliseconds(request.now)).bind(2, skipped).bind(3, kinds);
  select.bind(4, static_cast<std::int64_t>(limit));
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return items;
    WorkItem item;
    item.claim = Claim{WorkId(select.text(0)), request.owner, select.integer(7) + 1};
    item.kind = parse_work_kind(select.text(1)).value_or(WorkKind::Send);
    item.message = MessageId(select.text(2));
    item.port = select.text(3);
    item.attempts = select.integer(4);
    item.created = rows::time(select.integer(5));
    item.forced = select.integer(6) != 0;
    items.push_back(std::move(item));
  }
}

void bind_failure(sql::Statement& statement, int first, const Failure& failure) {
  statement.bind(first, failure.code).bind(first + 1, failure.text).bind(first + 2, failure.remedy);
}

/// State and message of a work item, or messaging.no-such-work.
struct Current {
  WorkState state = WorkState::Ready;
  std::int64_t message = 0;
  bool resumable = true;
};
Result<Current> current(sql::Connection& connection, const WorkId& work) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT state, message, resumable FROM work WHERE id = ?1"));
  select.bind(1, work.text());
  SG_TRY_ASSIGN(const bool found, select.step());
  if (!found) {
    return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
  }
  return Current{parse_work_state(select.text(0)).value_or(WorkState::Suspended), select.integer(1),
                 select.integer(2) != 0};
}

Result<> wrong_state(const WorkId& work, WorkState state, std::string_view operation) {
  return fail(kWrongState, "it is " + std::string(to_string(state)) + " and cannot be " + std::string(operation),
              work.text());
}

}  // namespace

Result<> SqliteMessageBox::catch_up_with_clock(Time now) {
  const std::int64_t milliseconds = rows::milliseconds(now);
  if (milliseconds >= last_claim_.exchange(milliseconds)) return {};
  bool ahead = false;
  auto result = database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare("SELECT 1 FROM work WHERE due > ?1 AND state = 'ready' LIMIT 1"));
    SG_TRY_ASSIGN(ahead, select.bind(1, milliseconds).step());
    return {};
  });
  if (result && ahead) {
    result = database_.write([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement update,
                    connection.prepare("UPDATE work SET due = ?1 WHERE due > ?1 AND state = 'ready'"));
      return update.bind(1, milliseconds).run();
    });
  }
  if (!result) last_claim_ = std::numeric_limits<std::int64_t>::max();
  return result;
}

Result<std::vector<WorkItem>> SqliteMessageBox::claim(const ClaimRequest& request) {
  SG_TRY(catch_up_with_clock(request.now));
  const std::string skipped = lines_of(request.skip_ports);
  const std::string kinds = lines_of(request.kinds);
  std::vector<WorkItem> items;
  // Most polls find nothing; they need not wait for the writer.
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(items, select_due(connection, request, skipped, kinds, 1));
    return {};
  }));
  if (items.empty()) return items;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(items, select_due(connection, request, skipped, kinds, std::min(request.limit, kMaximumClaim)));
    for (const WorkItem& item : items) {
      SG_TRY_ASSIGN(
          sql::Statement update,
          connection.prepare("UPDATE work SET state = 'active', owner = ?2, lease = ?3, due = ?4, changed = ?5 "
                             "WHERE id = ?1"));
      update.bind(1, item.claim.work.text()).bind(2, request.owner).bind(3, item.claim.lease);
      update.bind(4, rows::milliseconds(request.now + request.lease)).bind(5, rows::milliseconds(request.now));
      SG_TRY(update.run());
    }
    return {};
  }));
  return items;
}

Result<> SqliteMessageBox::complete(const Claim& claim, Time now, const TrackingDetails&) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const std::int64_t message, rows::check_claim(connection, claim));
    return rows::finish_work(connection, claim.work, message, WorkState::Completed, now);
  });
}

Result<> SqliteMessageBox::retry_later(const Claim& claim, const Retry& retry, Time now) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY(rows::check_claim(connection, claim));
    SG_TRY_ASSIGN(sql::Statement update,
                  connection.prepare("UPDATE work SET state = 'retrying', owner = '', due = ?2, changed = ?3, "
                                     "attempts = attempts + 1, failure_code = ?4, failure_text = ?5, "
                                     "failure_remedy = ?6, resumable = 1 WHERE id = ?1"));
    update.bind(1, claim.work.text()).bind(2, rows::milliseconds(retry.next)).bind(3, rows::milliseconds(now));
    bind_failure(update, 4, retry.failure);
    return update.run();
  });
}

Result<> SqliteMessageBox::postpone(const Claim& claim, Time until, Time now) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY(rows::check_claim(connection, claim));
    SG_TRY_ASSIGN(sql::Statement update,
                  connection.prepare("UPDATE work SET state = 'retrying', owner = '', due = ?2, "
                                     "changed = ?3 WHERE id = ?1"));
    return update.bind(1, claim.work.text())
        .bind(2, rows::milliseconds(until))
        .bind(3, rows::milliseconds(now))
        .run();
  });
}

Result<> SqliteMessageBox::suspend(const Claim& claim, const Failure& failure, Time now, const TrackingDetails&) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY(rows::check_claim(connection, claim));
    SG_TRY_ASSIGN(sql::Statement update,
                  connection.prepare("UPDATE work SET state = 'suspended', owner = '', due = NULL, changed = ?2, "
                                     "attempts = attempts + 1, failure_code = ?3, failure_text = ?4, "
                                     "failure_remedy = ?5, resumable = ?6 WHERE id = ?1"));
    update.bind(1, claim.work.text()).bind(2, rows::milliseconds(now)).bind(6, std::int64_t{failure.resumable});
    bind_failure(update, 3, failure);
    return update.run();
  });
}

Result<> SqliteMessageBox::deliver(const Claim& claim, const std::vector<Delivery>& deliveries, Time now) {
  if (deliveries.empty()) {
    return fail(kNoSubscriber, "no send port subscribes to this message", claim.work.text(), "suspend it instead");
  }
  std::vector<rows::NewWork> all;
  bool ready = false;
  for (const Delivery& delivery : deliveries) {
    rows::NewWork work;
    work.id = delivery.id.text();
    if (work.id.empty()) {
      SG_TRY_ASSIGN(work.id, make_uuid_v7(now));
    }
    work.port = delivery.port;
    work.suspended = delivery.suspended;
    ready = ready || !work.suspended;
    all.push_back(std::move(work));
  }
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const std::int64_t message, rows::check_claim(connection, claim));
    for (rows::NewWork& work : all) {
      work.message = message;
      SG_TRY(rows::insert_work(connection, work, now));
    }
    return rows::finish_work(connection, claim.work, message, WorkState::Completed, now);
  }));
  if (ready) announce();
  return {};
}

Result<> SqliteMessageBox::release(const Claim& claim, Time now) {
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY(rows::check_claim(connection, claim));
    SG_TRY_ASSIGN(sql::Statement update, connection.prepare("UPDATE work SET state = 'ready', owner = '', due = ?2, "
                                                            "changed = ?2 WHERE id = ?1"));
    return update.bind(1, claim.work.text()).bind(2, rows::milliseconds(now)).run();
  }));
  announce();
  return {};
}

Result<> SqliteMessageBox::extend(const Claim& claim, Time until) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY(rows::check_claim(connection, claim));
    SG_TRY_ASSIGN(sql::Statement update, connection.prepare("UPDATE work SET due = ?2 WHERE id = ?1"));
    return update.bind(1, claim.work.text()).bind(2, rows::milliseconds(until)).run();
  });
}

Result<std::uint64_t> SqliteMessageBox::release_all(const std::string& owner, Time now) {
  std::int64_t released = 0;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement update,
                  connection.prepare("UPDATE work SET state = 'ready', owner = '', due = ?2, changed = ?2 "
                                     "WHERE due IS NOT NULL AND state = 'active' AND (owner = ?1 OR ?1 = '')"));
    SG_TRY(update.bind(1, owner).bind(2, rows::milliseconds(now)).run());
    released = connection.changes();
    return {};
  }));
  if (released > 0) announce();
  return static_cast<std::uint64_t>(released);
}

Result<std::optional<Time>> SqliteMessageBox::next_due(Time now) {
  std::optional<Time> next;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT min(due) FROM work WHERE due > ?1"));
    select.bind(1, rows::milliseconds(now));
    SG_TRY_ASSIGN(const bool row, select.step());
    if (row && !select.is_null(0)) next = rows::time(select.integer(0));
    return {};
  }));
  return next;
}

Result<> SqliteMessageBox::resume(const WorkId& work, bool forced, Time now) {
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const Current found, current(connection, work));
    if (found.state != WorkState::Suspended) return wrong_state(work, found.state, "resumed");
    if (!found.resumable) {
      return fail(kNotResumable, "it was suspended for good and cannot be resumed", work.text(),
                  "save its body with 'sealgate message body', then terminate it");
    }
    SG_TRY_ASSIGN(
        sql::Statement update,
        connection.prepare("UPDATE work SET state = 'ready', due = ?2, changed = ?2, attempts = 0, resumed = ?3 "
                           "WHERE id = ?1"));
    return update.bind(1, work.text()).bind(2, rows::milliseconds(now)).bind(3, std::int64_t{forced}).run();
  }));
  announce();
  return {};
}

Result<std::uint64_t> SqliteMessageBox::resume_all(WorkKind kind, const std::string& port,
                                                   std::string_view failure_code, Time now, std::size_t limit) {
  std::int64_t resumed = 0;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(
        sql::Statement update,
        connection.prepare("UPDATE work SET state = 'ready', due = ?4, changed = ?4, attempts = 0 WHERE id IN "
                           "(SELECT id FROM work WHERE state = 'suspended' AND kind = ?1 AND port = ?2 AND "
                           "failure_code = ?3 AND resumable = 1 ORDER BY id LIMIT ?5)"));
    update.bind(1, to_string(kind)).bind(2, port).bind(3, failure_code).bind(4, rows::milliseconds(now));
    SG_TRY(update.bind(5, static_cast<std::int64_t>(limit)).run());
    resumed = connection.changes();
    return {};
  }));
  if (resumed > 0) announce();
  return static_cast<std::uint64_t>(resumed);
}

Result<WorkId> SqliteMessageBox::resend(const WorkId& work, const Delivery& delivery, Time now) {
  rows::NewWork again;
  SG_TRY_ASSIGN(again.id, make_uuid_v7(now));
  again.port = delivery.port;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const Current found, current(connection, work));
    again.message = found.message;
    return rows::insert_work(connection, again, now);
  }));
  announce();
  return WorkId(again.id);
}

Result<> SqliteMessageBox::terminate(const WorkId& work, Time now) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const Current found, current(connection, work));
    if (found.state == WorkState::Completed || found.state == WorkState::Terminated) {
      return wrong_state(work, found.state, "terminated");
    }
    return rows::finish_work(connection, work, found.message, WorkState::Terminated, now);
  });
}

}  // namespace sealgate::store
