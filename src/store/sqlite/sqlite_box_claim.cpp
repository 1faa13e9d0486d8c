// Claiming: what is due becomes ready, then the first of what is ready is taken.

#include <algorithm>

#include "base/log.h"
#include "store/common/commit_point.h"
#include "store/sqlite/sqlite_message_box.h"

namespace sealgate::store {

using namespace messaging;

namespace {

// Nobody takes more at a time: what is taken and not worked on keeps others from it.
constexpr std::size_t kMaximumClaim = 1000;
// What is due beyond this waits for the next claim.
constexpr std::int64_t kMaximumPromoted = 1000;

Result<bool> any_due(sql::Connection& connection, Time now) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT 1 FROM work INDEXED BY work_due WHERE due <= ?1 LIMIT 1"));
  return select.bind(1, milliseconds(now)).step();
}

/// Retries and schedules whose time has come and leases that ran out.
Result<> promote(BoxChange& change) {
  std::vector<std::pair<WorkRow, Time>> due;
  {
    SG_TRY_ASSIGN(sql::Statement select,
                  change.connection().prepare("SELECT slot, kind, state, port, priority, place, due FROM work "
                                              "INDEXED BY work_due WHERE due <= ?1 ORDER BY due LIMIT ?2"));
    select.bind(1, milliseconds(change.now())).bind(2, kMaximumPromoted);
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) break;
      WorkRow work;
      work.slot = select.integer(0);
      work.kind = parse_work_kind(select.view(1)).value_or(WorkKind::Send);
      work.state = parse_work_state(select.view(2)).value_or(WorkState::Retrying);
      work.port = select.text(3);
      work.priority = static_cast<int>(select.integer(4));
      work.place = select.integer(5);
      due.emplace_back(std::move(work), time_of(select.integer(6)));
    }
  }
  for (const auto& [work, since] : due) SG_TRY(change.make_ready(work, since));
  return {};
}

}  // namespace

Result<> SqliteMessageBox::shorten_waits(Time now) {
  bool any = false;
  const std::int64_t changed_later = milliseconds(now + LatestTime::kTolerance);
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT 1 FROM work INDEXED BY work_due WHERE due IS NOT "
                                                            "NULL AND changed > ?1 LIMIT 1"));
    SG_TRY_ASSIGN(any, select.bind(1, changed_later).step());
    return {};
  }));
  if (any) {
    // From each one's own last change: the clock may have been turned back while nobody ran, nobody knows how far.
    SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement update,
                    connection.prepare("UPDATE work INDEXED BY work_due SET due = due - (changed - ?2), changed = ?2 "
                                       "WHERE due IS NOT NULL AND changed > ?1"));
      return update.bind(1, changed_later).bind(2, milliseconds(now)).run();
    }));
    log(LogLevel::Warning, "the clock was turned back; what waits does so by the new time");
  }
  latest_.set(now);
  return {};
}

Result<std::vector<WorkItem>> SqliteMessageBox::claim(const ClaimRequest& request) {
  if (latest_.was_after(request.now)) SG_TRY(shorten_waits(request.now));
  latest_.set(request.now);
  bool anything = false;
  // Most polls find nothing; they need not wait for the writer.
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(anything, any_due(connection, request.now));
    if (anything) return {};
    SG_TRY_ASSIGN(anything, any_ready(connection, request));
    return {};
  }));
  std::vector<WorkItem> items;
  if (!anything) return items;
  const Lane start = cursor_.get();
  Lane cursor;
  const auto written = database_.write([&](sql::Connection& connection) -> Result<> {
    BoxChange change(connection, tracking_switch(), instance_, request.now);
    items.clear();
    cursor = start;
    SG_TRY(promote(change));
    commit_point("claim.promoted");
    SG_TRY_ASSIGN(std::vector<ReadyItem> ready,
                  select_ready(connection, request, std::min(request.limit, kMaximumClaim), cursor));
    for (ReadyItem& entry : ready) {
      entry.item.claim.owner = request.owner;
      ++entry.item.claim.lease;
      SG_TRY(change.activate(entry.slot, {request.owner, entry.item.claim.lease, request.now + request.lease}));
      items.push_back(std::move(entry.item));
    }
    return change.finish();
  });
  if (!written) return fail(written.error());
  cursor_.set(std::move(cursor));
  return items;
}

}  // namespace sealgate::store
