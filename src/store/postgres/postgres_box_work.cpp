// What becomes of work that was taken.

#include <array>

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/common/tracked.h"
#include "store/postgres/postgres_message_box.h"

namespace sealgate::store::postgres {

using namespace messaging;

void PostgresMessageBox::on_work(std::function<void()> listener) {
  const std::scoped_lock lock(listener_mutex_);
  listener_ = std::move(listener);
}

void PostgresMessageBox::hint() {
  const std::scoped_lock lock(listener_mutex_);
  if (listener_) listener_();
}

void PostgresMessageBox::announce() {
  hint();
  if (teller_) teller_();
}

Result<> PostgresMessageBox::change(Time now, const Step& step, Durability durability) {
  bool made_ready = false;
  SG_TRY(database_.write(
      [&](Connection& connection) -> Result<> {
        BoxChange change(connection, tracking_switch(), instance_, now);
        SG_TRY(step(change));
        change.finish();
        made_ready = change.made_ready();
        commit_point("change.made");
        return {};
      },
      durability));
  if (made_ready) announce();
  return {};
}

Result<> PostgresMessageBox::complete(const Claim& claim, Time now, const TrackingDetails& tracking) {
  const Completion one{claim, tracking};
  return std::move(complete_all(std::span(&one, 1), now).front());
}

std::vector<Result<>> PostgresMessageBox::complete_all(std::span<const Completion> completions, Time now) {
  std::vector<BoxBatches::Completion> all;
  all.reserve(completions.size());
  for (const Completion& one : completions) {
    held_.release(one.claim.work);
    all.push_back({one.claim, one.tracking, now});
  }
  const auto completed = batches_.complete_all(all);
  std::vector<Result<>> results(completions.size());
  bool made_ready = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (completed[i]) {
      made_ready = made_ready || *completed[i];
      continue;
    }
    results[i] = fail(completed[i].error());
    if (completed[i].error().code != kLeaseLost) continue;
    // Says so when there is no such work at all.
    if (const auto shown = show(completions[i].claim.work); !shown) results[i] = fail(shown.error());
  }
  if (made_ready) announce();
  return results;
}

Result<> PostgresMessageBox::retry_later(const Claim& claim, const Retry& retry, Time now) {
  held_.release(claim.work);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    TrackingDetails details = retry.tracking;
    add_failure(details, retry.failure);
    change.log(TrackingEvent::Attempted, work, std::move(details));
    return change.fail_attempt(work, retry);
  });
}

Result<> PostgresMessageBox::postpone(const Claim& claim, Time until, Time now) {
  held_.release(claim.work);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    return change.postpone(work, until);
  });
}

Result<> PostgresMessageBox::suspend(const Claim& claim, const Failure& failure, Time now,
                                     const TrackingDetails& tracking) {
  held_.release(claim.work);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    TrackingDetails details = tracking;
    add_failure(details, failure);
    change.log(TrackingEvent::Suspended, work, std::move(details));
    return change.suspend(work, failure);
  });
}

Result<> PostgresMessageBox::deliver(const Claim& claim, const std::vector<Delivery>& deliveries, Time now) {
  held_.release(claim.work);
  if (deliveries.empty()) {
    return fail(kNoSubscriber, "no send port subscribes to this message", claim.work.text(), "suspend it instead");
  }
  std::vector<NewWork> added;
  for (const Delivery& delivery : deliveries) {
    added.push_back(NewWork{MessageId(), delivery});
    if (!delivery.id.empty()) continue;
    SG_TRY_ASSIGN(added.back().delivery.id, make_work_id(now));
  }
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    for (NewWork& one : added) one.message = work.message;
    SG_TRY(change.add(added));
    TrackingDetails details;
    add_matched(details, deliveries);
    change.log(TrackingEvent::Routed, work, std::move(details));
    change.records().log_suspended(added, change.now(), work.party);
    return change.end(work, WorkState::Completed);
  });
}

Result<> PostgresMessageBox::release(const Claim& claim, Time now) {
  held_.release(claim.work);
  return change(now, [&](BoxChange& change) -> Result<> {
    SG_TRY_ASSIGN(const WorkRow work, change.held(claim));
    return change.release(work);
  });
}

Result<> PostgresMessageBox::extend(const Claim& claim, Time until) {
  return database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(std::string_view(claim.work.text())).add(std::string_view(claim.owner)).add(claim.lease);
    parameters.add(milliseconds(until));
    SG_TRY_ASSIGN(const Rows rows, connection.run("UPDATE work SET due = $4 WHERE id = $1 AND state = 'active' AND "
                                                  "owner = $2 AND lease = $3",
                                                  std::move(parameters)));
    if (rows.affected() == 1) return {};
    // Says why.
    SG_TRY(BoxChange(connection, tracking_switch(), instance_, until).held(claim));
    return {};
  });
}

Result<std::uint64_t> PostgresMessageBox::release_all(const std::string& owner, Time now) {
  std::uint64_t released = 0;
  bool anything = false;
  held_.clear();
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(std::string_view(owner)).add(milliseconds(now));
    SG_TRY_ASSIGN(const Rows rows, connection.run("UPDATE work SET state = 'ready', owner = '', due = NULL, "
                                                  "changed = $2, rank = $2 + (priority - 5) * 10000 "
                                                  "WHERE due IS NOT NULL AND rank IS NULL AND state = 'active' AND "
                                                  "(owner = $1 OR $1 = '')",
                                                  std::move(parameters)));
    released = rows.affected();
    Parameters gone;
    gone.add(std::string_view(owner));
    // As queue_name() writes it, without the instance.
    SG_TRY(
        connection.run("UPDATE work SET instance = '', queue = left(queue, 2) || substr(queue, 3 + length(instance)) "
                       "WHERE instance <> '' AND (instance = $1 OR $1 = '')",
                       std::move(gone)));
    commit_point("release_all.released");
    return {};
  }));
  if (anything) announce();
  return released;
}

Result<std::optional<Time>> PostgresMessageBox::next_due(Time now) {
  std::optional<Time> next;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(milliseconds(now));
    SG_TRY_ASSIGN(const Rows rows,
                  connection.run("SELECT due FROM work WHERE due > $1 AND rank IS NULL ORDER BY due LIMIT 1",
                                 std::move(parameters)));
    next = rows.empty() ? std::nullopt : std::optional(time_of(rows.integer(0, 0)));
    return {};
  }));
  return next;
}

}  // namespace sealgate::store::postgres
