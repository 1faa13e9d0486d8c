// Taking work. First a look at what could be taken, without any lock: most of them find nothing. Then the rows are
// taken one and all; those that another process takes at the same moment are left out.

#include <algorithm>
#include <array>
#include <map>

#include "store/common/commit_point.h"
#include "store/postgres/postgres_message_box.h"
#include "store/postgres/stored_rows.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

// Nobody takes more at a time: what is taken and not worked on keeps others from it.
constexpr std::size_t kMaximumClaim = 1000;
/// Queues that one claim looks at. The next one goes on after the last of them.
constexpr std::int64_t kQueuesAtOnce = 128;
/// Timers that one claim rings.
constexpr std::int64_t kTimersAtOnce = 1000;
/// When all candidates were taken by others meanwhile.
constexpr int kTries = 4;

/// Walks from queue to queue along the index work_claim, one descent for each, however much waits in it.
constexpr std::string_view kCandidates =
    "WITH RECURSIVE walk(queue) AS ("
    "SELECT (SELECT w.queue FROM work w WHERE w.rank IS NOT NULL AND w.queue > $1 ORDER BY w.queue LIMIT 1) "
    "UNION ALL "
    "SELECT (SELECT w.queue FROM work w WHERE w.rank IS NOT NULL AND w.queue > walk.queue ORDER BY w.queue LIMIT 1) "
    "FROM walk WHERE walk.queue IS NOT NULL), "
    "chosen AS (SELECT queue, split_part(queue, E'\\x1f', 3) AS port FROM walk WHERE queue IS NOT NULL "
    "AND strpos($2, left(queue, 1)) > 0 AND split_part(queue, E'\\x1f', 2) IN ('', $3) "
    "AND split_part(queue, E'\\x1f', 3) <> ALL($4::text[]) LIMIT $5) "
    "SELECT picked.id, picked.rank, (SELECT count(*) FROM chosen), (SELECT max(queue) FROM chosen) FROM chosen "
    "CROSS JOIN LATERAL (SELECT w.id, w.rank FROM work w WHERE w.queue = chosen.queue AND w.rank IS NOT NULL "
    "ORDER BY w.rank, w.id LIMIT least($9, coalesce((SELECT most FROM unnest($6::text[], $7::bigint[]) AS "
    "l(port, most) WHERE l.port = chosen.port), $8))) picked ORDER BY picked.rank, picked.id LIMIT $9";

constexpr std::string_view kTimers =
    "SELECT EXISTS (SELECT 1 FROM work WHERE due <= $1 AND rank IS NULL AND (NOT ordered OR lease > 0)), "
    "EXISTS (SELECT 1 FROM work WHERE due <= $1 AND rank IS NULL AND ordered AND lease = 0)";

constexpr std::string_view kTake =
    "WITH free AS (SELECT id FROM work WHERE id = ANY($1::text[]) AND rank IS NOT NULL FOR UPDATE SKIP LOCKED) "
    "UPDATE work SET state = 'active', owner = $2, lease = lease + 1, due = $3, rank = NULL, changed = $4 FROM free "
    "WHERE work.id = free.id RETURNING work.id, kind, message, port, attempts, transport, priority, ordered, "
    "created, "
    "forced, lease, (SELECT m.size FROM messages m WHERE m.id = work.message)";

// What was claimed before was the head of its queue and still is.
constexpr std::string_view kRing =
    "UPDATE work SET state = 'ready', owner = '', rank = due + (priority - 5) * 10000, due = NULL WHERE id IN ("
    "SELECT id FROM work WHERE due <= $1 AND rank IS NULL AND (NOT ordered OR lease > 0) ORDER BY due LIMIT $2 "
    "FOR UPDATE SKIP LOCKED)";

WorkItem read_item(const Rows& rows, std::size_t row, const std::string& owner) {
  WorkItem item;
  item.claim = Claim{WorkId(rows.text(row, 0)), owner, rows.integer(row, 10)};
  item.kind = parse_work_kind(rows.text(row, 1)).value_or(WorkKind::Send);
  item.message = MessageId(rows.text(row, 2));
  item.port = rows.text(row, 3);
  item.attempts = rows.integer(row, 4);
  item.transport = static_cast<int>(rows.integer(row, 5));
  item.priority = static_cast<int>(rows.integer(row, 6));
  item.ordered = rows.flag(row, 7);
  item.created = time_of(rows.integer(row, 8));
  item.forced = rows.flag(row, 9);
  return item;
}

}  // namespace

struct PostgresMessageBox::Candidates {
  std::vector<std::string> ids = {};  ///< in the order in which they are to be taken
  std::int64_t queues = 0;            ///< that were looked at; 0 when there is nothing
  std::string last_queue = {};
  bool timers = false, ordered_timers = false;
};

Result<PostgresMessageBox::Candidates> PostgresMessageBox::find_candidates(const ClaimRequest& request) {
  std::string letters;
  for (const WorkKind kind :
       {WorkKind::Respond, WorkKind::Receive, WorkKind::Route, WorkKind::Send, WorkKind::Receipt, WorkKind::Await}) {
    if (request.kinds.empty() || std::ranges::find(request.kinds, kind) != request.kinds.end()) {
      letters += queue_letter(kind);
    }
  }
  std::vector<std::string_view> skipped(request.skip_ports.begin(), request.skip_ports.end());
  std::vector<std::string_view> ports;
  std::vector<std::int64_t> limits;
  for (const auto& [port, most] : request.port_limits) {
    if (most == 0) skipped.push_back(port);
    ports.push_back(port);
    limits.push_back(static_cast<std::int64_t>(most));
  }
  Candidates found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    std::array<Command, 2> commands{Command{kTimers}, Command{kCandidates}};
    commands[0].parameters.add(milliseconds(request.now));
    commands[1].parameters.add(std::string_view(claim_cursor_)).add(std::string_view(letters));
    commands[1].parameters.add(std::string_view(request.owner)).add(std::span<const std::string_view>(skipped));
    commands[1].parameters.add(kQueuesAtOnce).add(std::span<const std::string_view>(ports));
    commands[1].parameters.add(std::span<const std::int64_t>(limits));
    commands[1].parameters.add(static_cast<std::int64_t>(request.per_port));
    commands[1].parameters.add(static_cast<std::int64_t>(std::min(request.limit, kMaximumClaim)));
    SG_TRY_ASSIGN(const std::vector<Rows> answers, connection.pipeline(commands));
    found = {};
    found.timers = answers[0].flag(0, 0);
    found.ordered_timers = answers[0].flag(0, 1);
    const Rows& rows = answers[1];
    for (std::size_t row = 0; row < rows.size(); ++row) found.ids.push_back(rows.text(row, 0));
    if (!rows.empty()) {
      found.queues = rows.integer(0, 2);
      found.last_queue = rows.text(0, 3);
    }
    return {};
  }));
  return found;
}

Result<> PostgresMessageBox::ring_timers(Time now) {
  return database_.write(
      [&](Connection& connection) -> Result<> {
        Parameters parameters;
        parameters.add(milliseconds(now)).add(kTimersAtOnce);
        SG_TRY(connection.run(kRing, std::move(parameters)));
        commit_point("claim.timers-rung");
        return {};
      },
      Durability::Relaxed);
}

Result<> PostgresMessageBox::ring_ordered_timers(Time now) {
  return database_.write(
      [&](Connection& connection) -> Result<> {
        Parameters due;
        due.add(milliseconds(now)).add(kTimersAtOnce);
        SG_TRY_ASSIGN(const Rows rows,
                      connection.run("SELECT id FROM work WHERE due <= $1 AND rank IS NULL AND ordered AND lease = 0 "
                                     "ORDER BY due LIMIT $2",
                                     std::move(due)));
        std::vector<std::string> ids;
        for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(rows.text(row, 0));
        // It waited for its time; from now on it waits for its turn.
        std::array<Command, 3> commands{
            lock_queues({}, ids),
            Command{"UPDATE work SET state = 'ready', changed = due, due = NULL WHERE id = ANY($1::text[]) AND "
                    "due <= $2 AND rank IS NULL AND lease = 0"},
            rank_heads({}, ids)};
        commands[1].parameters.add(std::span<const std::string>(ids)).add(milliseconds(now));
        SG_TRY(connection.pipeline(commands));
        return {};
      },
      Durability::Relaxed);
}

Result<std::vector<WorkItem>> PostgresMessageBox::take(const Candidates& candidates, const ClaimRequest& request) {
  std::map<std::string, WorkItem, std::less<>> taken;
  // Relaxed: when the server dies and forgets a claim, the work is ready once more, under the same identity. That is
  // what a dead host instance leads to as well.
  SG_TRY(database_.write(
      [&](Connection& connection) -> Result<> {
        taken.clear();
        Parameters parameters;
        parameters.add(std::span<const std::string>(candidates.ids)).add(std::string_view(request.owner));
        parameters.add(milliseconds(request.now + request.lease)).add(milliseconds(request.now));
        SG_TRY_ASSIGN(const Rows rows, connection.run(kTake, std::move(parameters)));
        std::vector<std::pair<WorkId, MessageId>> small;
        std::size_t memory = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
          const WorkItem& item = taken.emplace(rows.text(row, 0), read_item(rows, row, request.owner)).first->second;
          const auto size = static_cast<std::size_t>(rows.integer(row, 11));
          if (size > ClaimedMessages::kMaximumMessage || memory + size > ClaimedMessages::kMaximumMemory) continue;
          memory += size;
          small.emplace_back(item.claim.work, item.message);
        }
        commit_point("claim.taken");
        return fetch(connection, small);
      },
      Durability::Relaxed));
  std::vector<WorkItem> items;
  for (const std::string& id : candidates.ids) {
    const auto item = taken.find(id);
    if (item != taken.end()) items.push_back(std::move(item->second));
  }
  return items;
}

Result<> PostgresMessageBox::fetch(Connection& connection, const std::vector<std::pair<WorkId, MessageId>>& work) {
  if (work.empty()) return {};
  std::vector<std::string> ids;
  for (const auto& [id, message] : work) ids.push_back(message.text());
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  SG_TRY_ASSIGN(const auto fetched, fetch_messages(connection, stage_->database, ids));
  std::map<MessageId, std::shared_ptr<const ClaimedMessages::Fetched>> by_id;
  for (const auto& one : fetched) by_id.emplace(one->message.id, one);
  for (const auto& [id, message] : work) {
    const auto found = by_id.find(message);
    if (found != by_id.end()) held_.keep(id, found->second);
  }
  return {};
}

Result<std::vector<WorkItem>> PostgresMessageBox::claim(const ClaimRequest& request) {
  std::vector<WorkItem> items;
  if (request.limit == 0) return items;
  const std::scoped_lock lock(claim_mutex_);
  bool rung = false;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    SG_TRY_ASSIGN(Candidates candidates, find_candidates(request));
    if ((candidates.timers || candidates.ordered_timers) && !rung) {
      if (candidates.timers) SG_TRY(ring_timers(request.now));
      if (candidates.ordered_timers) SG_TRY(ring_ordered_timers(request.now));
      rung = true;
      SG_TRY_ASSIGN(candidates, find_candidates(request));
    }
    const bool from_start = claim_cursor_.empty();
    claim_cursor_ = candidates.queues == kQueuesAtOnce ? candidates.last_queue : "";
    if (candidates.ids.empty() && from_start) return items;
    if (candidates.ids.empty()) continue;
    SG_TRY_ASSIGN(items, take(candidates, request));
    if (!items.empty()) return items;
  }
  return items;
}

}  // namespace sealgate::store::postgres
