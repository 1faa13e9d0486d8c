#include "store/postgres/box_batch.h"

#include <algorithm>
#include <map>

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/common/tracked.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

// More would make one commit hold the others up for long, and take much memory for what is sent at once.
constexpr std::size_t kMaximumBatch = 128;

constexpr std::string_view kComplete =
    "UPDATE work w SET state = 'completed', owner = '', changed = n.now, finished = n.now, due = NULL, rank = NULL, "
    "position = NULL FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS n(id, owner, lease, now) "
    "WHERE w.id = n.id AND w.state = 'active' AND w.owner = n.owner AND w.lease = n.lease "
    "RETURNING w.id, w.message, w.port, w.kind, w.ordered, "
    "(SELECT m.party FROM messages m WHERE m.id = w.message)";

using Numbers = std::span<const std::int64_t>;
using Views = std::span<const std::string_view>;

}  // namespace

/// On the stack of a thread that waits for its jobs.
struct BoxBatches::Caller {
  std::size_t open = 0;  ///< jobs that are not done
  bool lead = false;     ///< it is the next to work
  std::condition_variable changed = {};
};

/// What a caller wants.
struct BoxBatches::Job {
  const Accepted* accepted = nullptr;
  const Completion* completion = nullptr;
  Result<> result = {};
  bool made_ready = false;
  Caller* caller = nullptr;
};

Result<> BoxBatches::publish(const Accepted& accepted) {
  Job job;
  job.accepted = &accepted;
  submit(std::span(&job, 1));
  return std::move(job.result);
}

std::vector<Result<bool>> BoxBatches::complete_all(std::span<const Completion> completions) {
  std::vector<Result<bool>> results;
  results.reserve(completions.size());
  for (; !completions.empty(); completions = completions.subspan(std::min(completions.size(), kMaximumBatch))) {
    std::vector<Job> jobs(std::min(completions.size(), kMaximumBatch));
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].completion = &completions[i];
    submit(jobs);
    for (Job& job : jobs) {
      results.push_back(job.result ? Result<bool>(job.made_ready) : fail(std::move(job.result.error())));
    }
  }
  return results;
}

void BoxBatches::submit(std::span<Job> jobs) {
  Caller caller;
  caller.open = jobs.size();
  std::unique_lock lock(mutex_);
  for (Job& job : jobs) {
    job.caller = &caller;
    queue_.push_back(&job);
  }
  while (caller.open > 0) {
    if (leading_) {
      caller.changed.wait(lock, [&] { return caller.open == 0 || caller.lead; });
      if (caller.open == 0) return;
    }
    leading_ = true;
    caller.lead = false;
    std::vector<Job*> batch;
    while (!queue_.empty() && batch.size() < kMaximumBatch) {
      batch.push_back(queue_.front());
      queue_.pop_front();
    }
    lock.unlock();
    run(batch);
    lock.lock();
    leading_ = false;
    // The next leader comes from the queue, so that nobody works for others forever. Notified under the lock: a
    // caller that is done leaves and takes its condition variable with it.
    if (!queue_.empty() && queue_.front()->caller != &caller) {
      leading_ = true;
      queue_.front()->caller->lead = true;
      queue_.front()->caller->changed.notify_one();
    }
    for (const Job* done : batch) {
      if (--done->caller->open == 0 && done->caller != &caller) done->caller->changed.notify_one();
    }
  }
}

void BoxBatches::run(const std::vector<Job*>& batch) {
  const auto written = database_.write([&](Connection& connection) { return write(connection, batch); });
  if (written) return;
  if (written.error().code == kConstraint && batch.size() > 1) {
    // One of them stores what is there already; the others must not suffer.
    for (Job* job : batch) run({job});
    return;
  }
  for (Job* job : batch) job->result = fail(written.error());
}

Result<> BoxBatches::write(Connection& connection, const std::vector<Job*>& batch) {
  std::vector<const Accepted*> accepted;
  std::vector<std::string_view> owners;
  std::vector<std::string> ids;
  std::vector<std::int64_t> leases, times;
  std::map<std::string_view, Job*> waiting;
  std::vector<std::string> queues;
  bool keys = false;
  for (Job* job : batch) {
    job->result = {};
    job->made_ready = false;
    if (job->accepted != nullptr) {
      accepted.push_back(job->accepted);
      keys = keys || !job->accepted->receive_key.empty();
      for (std::string& queue : ordered_queues(job->accepted->work)) queues.push_back(std::move(queue));
      continue;
    }
    const Claim& claim = job->completion->claim;
    // Of two that complete the same, one comes too late.
    const bool first = waiting.emplace(claim.work.text(), job).second;
    job->result = fail(kLeaseLost, "the work item is no longer held by " + claim.owner, claim.work.text(),
                       "drop the result; whoever holds the work item now goes on with it");
    if (!first) continue;
    ids.push_back(claim.work.text());
    owners.push_back(claim.owner);
    leases.push_back(claim.lease);
    times.push_back(milliseconds(job->completion->now));
  }
  std::vector<Command> commands;
  if (!queues.empty()) {
    commands.push_back(
        Command{"INSERT INTO ordered_queues SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING"});
    commands.back().parameters.add(std::span<const std::string>(queues));
  }
  const bool locks = !queues.empty() || !ids.empty();
  if (locks) commands.push_back(lock_queues(queues, ids));
  for (Command& command : insert_messages(accepted)) commands.push_back(std::move(command));
  if (keys) commands.push_back(insert_receive_keys(accepted));
  std::size_t completions = commands.size();
  if (!ids.empty()) {
    commands.push_back(Command{kComplete});
    commands.back().parameters.add(std::span<const std::string>(ids)).add(Views(owners)).add(Numbers(leases));
    commands.back().parameters.add(Numbers(times));
  }
  if (locks) commands.push_back(rank_heads(queues, ids));
  commit_point("batch.before-statements");
  SG_TRY_ASSIGN(const std::vector<Rows> answers, connection.pipeline(commands));
  commit_point("batch.statements-run");
  Records records(tracking_, instance_);
  for (const Accepted* one : accepted) log_messages(*one, records);
  if (!ids.empty()) {
    const Rows& rows = answers[completions];
    const bool freed = answers.back().affected() > 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      WorkRow work;
      work.id = WorkId(rows.text(row, 0));
      work.message = MessageId(rows.text(row, 1));
      work.port = rows.text(row, 2);
      work.kind = parse_work_kind(rows.text(row, 3)).value_or(WorkKind::Send);
      work.party = rows.text(row, 5);
      Job& job = *waiting.at(work.id.text());
      job.result = {};
      job.made_ready = freed && rows.flag(row, 4);
      records.log(event_of_completion(work.kind), work, job.completion->now, job.completion->details);
    }
  }
  records.write(connection);
  return {};
}

}  // namespace sealgate::store::postgres
