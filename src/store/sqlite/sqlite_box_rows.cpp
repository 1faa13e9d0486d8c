#include "store/sqlite/sqlite_box_rows.h"

#include "messaging/errors.h"

namespace sealgate::store::rows {

using messaging::WorkState;

Result<> insert_work(sql::Connection& connection, const NewWork& work, Time now) {
  SG_TRY_ASSIGN(
      sql::Statement insert,
      connection.prepare("INSERT INTO work (id, message, kind, state, port, created, changed, due, failure_code, "
                         "failure_text, failure_remedy, resumable) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10, ?11)"));
  insert.bind(1, work.id).bind(2, work.message).bind(3, to_string(work.kind)).bind(5, work.port);
  insert.bind(6, milliseconds(now));
  if (work.suspended) {
    insert.bind(4, to_string(WorkState::Suspended)).bind_null(7);
    insert.bind(8, work.suspended->code).bind(9, work.suspended->text).bind(10, work.suspended->remedy);
    insert.bind(11, std::int64_t{work.suspended->resumable});
  } else {
    insert.bind(4, to_string(WorkState::Ready)).bind(7, milliseconds(now));
    insert.bind_null(8).bind_null(9).bind_null(10).bind(11, std::int64_t{1});
  }
  return insert.run();
}

Result<std::int64_t> check_claim(sql::Connection& connection, const messaging::Claim& claim) {
  SG_TRY_ASSIGN(
      sql::Statement select,
      connection.prepare("SELECT message, state = 'active' AND owner = ?2 AND lease = ?3 FROM work WHERE id = ?1"));
  select.bind(1, claim.work.text()).bind(2, claim.owner).bind(3, claim.lease);
  SG_TRY_ASSIGN(const bool found, select.step());
  if (!found) return fail(messaging::kNoSuchWork, "there is no such work item", claim.work.text());
  if (select.integer(1) == 0) {
    return fail(messaging::kLeaseLost, "the work item is no longer held by " + claim.owner, claim.work.text(),
                "drop the result; whoever holds the work item now goes on with it");
  }
  return select.integer(0);
}

Result<> finish_work(sql::Connection& connection, const messaging::WorkId& work, std::int64_t message,
                     WorkState state, Time now) {
  SG_TRY_ASSIGN(sql::Statement update,
                connection.prepare("UPDATE work SET state = ?2, due = NULL, owner = '', changed = ?3 WHERE id = ?1"));
  SG_TRY(update.bind(1, work.text()).bind(2, to_string(state)).bind(3, milliseconds(now)).run());
  SG_TRY_ASSIGN(
      sql::Statement finish,
      connection.prepare("UPDATE messages SET finished = ?2 WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM work "
                         "WHERE message = ?1 AND state NOT IN ('completed', 'terminated'))"));
  return finish.bind(1, message).bind(2, milliseconds(now)).run();
}

}  // namespace sealgate::store::rows
