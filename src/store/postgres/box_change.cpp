#include "store/postgres/box_change.h"

#include <algorithm>
#include <array>

#include "messaging/errors.h"
#include "store/common/tracked.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

static_assert(kDefaultPriority == 5 && kPriorityStep == std::chrono::seconds(10), "the statements say so, too");

constexpr std::string_view kInsertWork =
    "INSERT INTO work (id, message, kind, state, port, instance, queue, priority, ordered, position, created, "
    "changed, "
    "rank, due, failure_code, failure_text, failure_remedy, resumable, finished) "
    "SELECT id, message, kind, state, port, instance, queue, priority, ordered = 1, "
    "CASE WHEN ordered = 1 AND (state <> 'suspended' OR resumable = 1) THEN nextval('work_position') END, "
    "created, created, CASE WHEN state = 'ready' AND ordered = 0 THEN created + (priority - 5) * 10000 END, due, "
    "failure_code, failure_text, failure_remedy, resumable = 1, CASE WHEN state = 'completed' THEN created END "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], "
    "$9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::bytea[], $14::bytea[], $15::bigint[]) "
    "AS n(id, message, kind, state, port, instance, queue, priority, ordered, created, due, failure_code, "
    "failure_text, "
    "failure_remedy, resumable)";

constexpr std::string_view kLockQueues =
    "SELECT queue FROM ordered_queues WHERE queue IN (SELECT unnest($1::text[]) UNION "
    "SELECT queue FROM work WHERE id = ANY($2::text[]) AND position IS NOT NULL) ORDER BY queue FOR UPDATE";

constexpr std::string_view kRankHeads =
    "UPDATE work SET rank = changed + (priority - 5) * 10000 WHERE id IN ("
    "SELECT (SELECT h.id FROM work h WHERE h.queue = q.queue AND h.position IS NOT NULL ORDER BY h.position LIMIT 1) "
    "FROM (SELECT unnest($1::text[]) AS queue UNION SELECT queue FROM work WHERE id = ANY($2::text[]) AND ordered) "
    "q) "
    "AND state = 'ready' AND rank IS NULL";

constexpr std::string_view kFind =
    "SELECT kind, state, port, queue, position IS NOT NULL, resumable, message, "
    "(SELECT party FROM messages WHERE messages.id = work.message), lease, owner FROM work WHERE id = $1 "
    "FOR UPDATE OF work";

}  // namespace

char queue_letter(WorkKind kind) {
  switch (kind) {
    case WorkKind::Respond:
      return 'a';
    case WorkKind::Receive:
      return 'b';
    case WorkKind::Route:
      return 'c';
    case WorkKind::Send:
      return 'd';
    case WorkKind::Receipt:
      return 'e';
    case WorkKind::Await:
      break;
  }
  return 'f';
}

std::string queue_name(WorkKind kind, const std::string& instance, const std::string& port) {
  return std::string(1, queue_letter(kind)) + kQueueSeparator + instance + kQueueSeparator + port;
}

std::vector<std::string> ordered_queues(std::span<const NewWork> work) {
  std::vector<std::string> queues;
  for (const NewWork& one : work) {
    const Delivery& delivery = one.delivery;
    if (delivery.ordered) queues.push_back(queue_name(delivery.kind, delivery.instance, delivery.port));
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  return queues;
}

Command insert_work(std::span<const NewWork> work, std::span<const Time> times) {
  std::vector<std::string_view> ids, messages, kinds, states, ports, instances;
  std::vector<std::string> queues;
  std::vector<std::int64_t> priorities, ordered, created, resumable;
  std::vector<std::optional<std::int64_t>> due;
  std::vector<std::optional<std::string>> codes;
  std::vector<std::optional<ByteView>> texts, remedies;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const Delivery& delivery = work[i].delivery;
    const bool later = delivery.not_before && *delivery.not_before > times[i];
    const WorkState state = delivery.done        ? WorkState::Completed
                            : delivery.suspended ? WorkState::Suspended
                            : later              ? WorkState::Scheduled
                                                 : WorkState::Ready;
    ids.push_back(delivery.id.text());
    messages.push_back(work[i].message.text());
    kinds.push_back(to_string(delivery.kind));
    states.push_back(to_string(state));
    ports.push_back(delivery.port);
    instances.push_back(delivery.instance);
    queues.push_back(queue_name(delivery.kind, delivery.instance, delivery.port));
    priorities.push_back(delivery.priority);
    ordered.push_back(delivery.ordered ? 1 : 0);
    created.push_back(milliseconds(times[i]));
    due.emplace_back(state == WorkState::Scheduled ? std::optional(milliseconds(*delivery.not_before))
                                                   : std::nullopt);
    const auto& failure = delivery.suspended;
    codes.emplace_back(failure ? std::optional(failure->code) : std::nullopt);
    texts.emplace_back(failure ? std::optional(as_bytes(failure->text)) : std::nullopt);
    remedies.emplace_back(failure ? std::optional(as_bytes(failure->remedy)) : std::nullopt);
    resumable.push_back(!failure || failure->resumable ? 1 : 0);
  }
  using Views = std::span<const std::string_view>;
  using Numbers = std::span<const std::int64_t>;
  using Contents = std::span<const std::optional<ByteView>>;
  Command command{kInsertWork};
  command.parameters.add(Views(ids)).add(Views(messages)).add(Views(kinds)).add(Views(states)).add(Views(ports));
  command.parameters.add(Views(instances)).add(std::span<const std::string>(queues)).add(Numbers(priorities));
  command.parameters.add(Numbers(ordered)).add(Numbers(created));
  command.parameters.add(std::span<const std::optional<std::int64_t>>(due));
  command.parameters.add(std::span<const std::optional<std::string>>(codes));
  command.parameters.add(Contents(texts)).add(Contents(remedies)).add(Numbers(resumable));
  return command;
}

Command lock_queues(std::span<const std::string> queues, std::span<const std::string> work) {
  Command command{kLockQueues};
  command.parameters.add(queues).add(work);
  return command;
}

Command rank_heads(std::span<const std::string> queues, std::span<const std::string> work) {
  Command command{kRankHeads};
  command.parameters.add(queues).add(work);
  return command;
}

Command insert_records(std::span<const ByteView> records) {
  Command command{"INSERT INTO tracking (record) SELECT unnest($1::bytea[])"};
  command.parameters.add(records);
  return command;
}

void Records::log(TrackingEvent event, WorkKind kind, Time at, TrackingRecord record) {
  if (!tracking_.records(kind, record)) return;
  record.at = at;
  record.event = event;
  record.instance = instance_;
  records_.push_back(encode_record(record));
}

void Records::log(TrackingEvent event, const WorkRow& work, Time at, TrackingDetails details) {
  TrackingRecord record;
  record.message = work.message;
  record.work = work.id;
  record.port = work.port;
  record.party = work.party;
  record.details = std::move(details);
  log(event, work.kind, at, std::move(record));
}

void Records::log_suspended(std::span<const NewWork> added, Time at, const std::string& party) {
  for (const NewWork& one : added) {
    if (!one.delivery.suspended) continue;
    log(TrackingEvent::Suspended, one.delivery.kind, at, record_of_suspended(one.delivery, one.message, party));
  }
}

void Records::write(Connection& connection) const {
  if (records_.empty()) return;
  const std::vector<ByteView> views(records_.begin(), records_.end());
  connection.defer(insert_records(views));
}

Result<WorkRow> BoxChange::find(const WorkId& work) {
  const std::array<std::string, 1> ids{work.text()};
  std::array<Command, 2> commands{lock_queues({}, ids), Command{kFind}};
  commands[1].parameters.add(std::string_view(work.text()));
  SG_TRY_ASSIGN(const std::vector<Rows> answers, connection_.pipeline(commands));
  const Rows& found = answers[1];
  if (found.empty()) {
    return fail(kNoSuchWork, "there is no such work item", work.text(), "list them with 'sealgate message list'");
  }
  WorkRow row;
  row.id = work;
  row.kind = parse_work_kind(found.text(0, 0)).value_or(WorkKind::Send);
  row.state = parse_work_state(found.text(0, 1)).value_or(WorkState::Suspended);
  row.port = found.text(0, 2);
  row.queue = found.text(0, 3);
  row.in_queue = found.flag(0, 4);
  row.resumable = found.flag(0, 5);
  row.message = MessageId(found.text(0, 6));
  row.party = found.text(0, 7);
  row.lease = found.integer(0, 8);
  row.owner = found.text(0, 9);
  return row;
}

Result<WorkRow> BoxChange::held(const Claim& claim) {
  SG_TRY_ASSIGN(WorkRow row, find(claim.work));
  if (row.state == WorkState::Active && row.owner == claim.owner && row.lease == claim.lease) return row;
  return fail(kLeaseLost, "the work item is no longer held by " + claim.owner, claim.work.text(),
              "drop the result; whoever holds the work item now goes on with it");
}

Result<> BoxChange::add(std::span<const NewWork> work) {
  const std::vector<Time> times(work.size(), now_);
  std::vector<Command> commands;
  const std::vector<std::string> queues = ordered_queues(work);
  if (!queues.empty()) {
    commands.push_back(Command{"INSERT INTO ordered_queues SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"});
    commands.back().parameters.add(std::span<const std::string>(queues));
    commands.push_back(lock_queues(queues, {}));
  }
  commands.push_back(insert_work(work, times));
  if (!queues.empty()) commands.push_back(rank_heads(queues, {}));
  SG_TRY(connection_.pipeline(commands));
  made_ready_ = made_ready_ || std::ranges::any_of(work, [](const NewWork& one) { return !one.delivery.suspended; });
  return {};
}

Result<> BoxChange::rank_head_of(const WorkRow& work) {
  if (!work.in_queue) return {};
  const std::array<std::string, 1> queues{work.queue};
  const std::array<Command, 1> commands{rank_heads(queues, {})};
  SG_TRY_ASSIGN(const std::vector<Rows> rows, connection_.pipeline(commands));
  made_ready_ = made_ready_ || rows[0].affected() > 0;
  return {};
}

Result<Rows> BoxChange::update(const WorkRow& work, std::string_view sql, Parameters parameters) {
  SG_TRY_ASSIGN(Rows rows, connection_.run(sql, std::move(parameters)));
  if (rows.affected() != 1) return fail(kNoSuchWork, "there is no such work item", work.id.text());
  return rows;
}

Result<> BoxChange::release(const WorkRow& work) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_));
  // What was claimed was the head of its queue, and still is.
  SG_TRY(update(work,
                "UPDATE work SET state = 'ready', owner = '', changed = $2, due = NULL, "
                "rank = $2 + (priority - 5) * 10000 WHERE id = $1",
                std::move(parameters)));
  made_ready_ = true;
  return {};
}

Result<> BoxChange::restart(const WorkRow& work, bool forced) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_)).add_flag(forced);
  SG_TRY(update(work,
                "UPDATE work SET state = 'ready', changed = $2, attempts = 0, transport = 0, forced = $3, "
                "rank = CASE WHEN position IS NULL THEN $2 + (priority - 5) * 10000 END WHERE id = $1",
                std::move(parameters)));
  made_ready_ = made_ready_ || !work.in_queue;
  return rank_head_of(work);
}

Result<> BoxChange::postpone(const WorkRow& work, Time until) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_)).add(milliseconds(until));
  SG_TRY(update(work, "UPDATE work SET state = 'scheduled', owner = '', changed = $2, due = $3 WHERE id = $1",
                std::move(parameters)));
  return {};
}

Result<> BoxChange::fail_attempt(const WorkRow& work, const Retry& retry) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_)).add(milliseconds(retry.next));
  parameters.add(std::int64_t{retry.transport}).add(std::string_view(retry.failure.code));
  parameters.add(as_bytes(retry.failure.text)).add(as_bytes(retry.failure.remedy));
  SG_TRY(update(work,
                "UPDATE work SET state = 'retrying', owner = '', changed = $2, due = $3, "
                "attempts = CASE WHEN transport = $4 THEN attempts + 1 ELSE 0 END, transport = $4, "
                "failure_code = $5, failure_text = $6, failure_remedy = $7, resumable = true WHERE id = $1",
                std::move(parameters)));
  return {};
}

Result<> BoxChange::suspend(const WorkRow& work, const Failure& failure) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_)).add_flag(failure.resumable);
  parameters.add(std::string_view(failure.code)).add(as_bytes(failure.text)).add(as_bytes(failure.remedy));
  SG_TRY(
      update(work,
             "UPDATE work SET state = 'suspended', owner = '', changed = $2, due = NULL, attempts = attempts + 1, "
             "position = CASE WHEN $3 THEN position END, failure_code = $4, failure_text = $5, failure_remedy = $6, "
             "resumable = $3 WHERE id = $1",
             std::move(parameters)));
  return failure.resumable ? Result<>() : rank_head_of(work);
}

Result<> BoxChange::end(const WorkRow& work, WorkState state) {
  Parameters parameters;
  parameters.add(std::string_view(work.id.text())).add(milliseconds(now_)).add(to_string(state));
  SG_TRY(update(work,
                "UPDATE work SET state = $3, owner = '', changed = $2, finished = $2, due = NULL, rank = NULL, "
                "position = NULL WHERE id = $1",
                std::move(parameters)));
  return rank_head_of(work);
}

}  // namespace sealgate::store::postgres
