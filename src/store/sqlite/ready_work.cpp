#include "store/sqlite/ready_work.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <set>

#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace messaging;

namespace {

/// A request, prepared for being asked of every lane.
class Allowance {
 public:
  explicit Allowance(const ClaimRequest& request)
      : request_(request), skipped_(request.skip_ports.begin(), request.skip_ports.end()) {
    for (const WorkKind kind : request.kinds) kinds_.insert(to_string(kind));
  }
  /// How many more of the lane may be taken.
  std::size_t left(const Lane& lane) const {
    if (skipped_.contains(lane.port)) return 0;
    if (!kinds_.empty() && !kinds_.contains(lane.kind)) return 0;
    if (!lane.instance.empty() && lane.instance != request_.owner) return 0;
    const auto limit = request_.port_limits.find(lane.port);
    const std::size_t most = limit == request_.port_limits.end() ? request_.per_port : limit->second;
    const auto taken = taken_.find(lane.port);
    return taken == taken_.end() ? most : most - std::min(most, taken->second);
  }
  void take(const Lane& lane) { ++taken_[lane.port]; }

 private:
  const ClaimRequest& request_;
  std::set<std::string_view> skipped_;
  std::set<std::string_view> kinds_;
  std::map<std::string, std::size_t, std::less<>> taken_;
};

/// Three conditions instead of one on (port, kind, instance): SQLite would look at every item of the lane before.
constexpr std::string_view kNextInstance =
    "SELECT port, kind, instance FROM work INDEXED BY work_ready WHERE rank IS NOT NULL AND port = ?1 AND kind = ?2 "
    "AND instance > ?3 ORDER BY instance LIMIT 1";
constexpr std::string_view kNextKind =
    "SELECT port, kind, instance FROM work INDEXED BY work_ready WHERE rank IS NOT NULL AND port = ?1 AND kind > ?2 "
    "ORDER BY kind, instance LIMIT 1";
constexpr std::string_view kNextPort =
    "SELECT port, kind, instance FROM work INDEXED BY work_ready WHERE rank IS NOT NULL AND port > ?1 "
    "ORDER BY port, kind, instance LIMIT 1";

/// The first lane after `lane`; false when it was the last.
Result<bool> next_lane(sql::Connection& connection, Lane& lane) {
  for (const std::string_view sql : {kNextInstance, kNextKind, kNextPort}) {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare(sql));
    select.bind(1, lane.port);
    if (sql != kNextPort) select.bind(2, lane.kind);
    if (sql == kNextInstance) select.bind(3, lane.instance);
    SG_TRY_ASSIGN(const bool found, select.step());
    if (!found) continue;
    Lane next{select.text(0), select.text(1), select.text(2)};
    select.reset();
    lane = std::move(next);
    return true;
  }
  return false;
}

/// Goes once around all lanes from `cursor` on until `visit` says false. `cursor` is left where it stopped.
template <typename Visit>
Result<> around(sql::Connection& connection, Lane& cursor, const Visit& visit) {
  const Lane start = cursor;
  const auto key = [](const Lane& lane) { return std::tie(lane.port, lane.kind, lane.instance); };
  bool wrapped = start.port.empty();
  for (;;) {
    SG_TRY_ASSIGN(const bool found, next_lane(connection, cursor));
    if (!found) {
      cursor = {};
      if (wrapped) return {};
      wrapped = true;
      continue;
    }
    const bool beyond = wrapped && !start.port.empty() && key(cursor) > key(start);
    if (beyond) {
      cursor = start;
      return {};
    }
    if (!visit(cursor)) return {};
  }
}

#define SG_READY_ITEMS                                                                                    \
  "SELECT work.slot, work.rank, work.id, messages.id, work.attempts, work.transport, work.priority, "     \
  "work.ordered, work.created, work.forced, work.lease FROM work INDEXED BY work_ready JOIN messages "    \
  "ON messages.seq = work.slot / 1048576 WHERE work.port = ?1 AND work.kind = ?2 AND work.instance = ?3 " \
  "AND work.rank IS NOT NULL "
constexpr std::string_view kSameRank =
    SG_READY_ITEMS "AND work.rank = ?4 AND work.slot > ?6 ORDER BY work.slot LIMIT ?5";
constexpr std::string_view kLaterRank = SG_READY_ITEMS "AND work.rank > ?4 ORDER BY work.rank, work.slot LIMIT ?5";
#undef SG_READY_ITEMS

/// The items of one lane in their order, read in small pieces.
class LaneItems {
 public:
  LaneItems(Lane lane, std::size_t piece) : lane_(std::move(lane)), piece_(piece) {}
  const Lane& lane() const { return lane_; }
  /// nullptr at the end. Valid until pop().
  Result<ReadyItem*> front(sql::Connection& connection) {
    if (at_ == items_.size() && !ended_) SG_TRY(read(connection));
    return at_ == items_.size() ? nullptr : &items_[at_];
  }
  void pop() { ++at_; }

 private:
  Result<> read(sql::Connection& connection) {
    const std::optional<ReadyItem> last = items_.empty() ? std::nullopt : std::optional(std::move(items_.back()));
    items_.clear();
    at_ = 0;
    if (last) {
      SG_TRY_ASSIGN(sql::Statement same, connection.prepare(kSameRank));
      SG_TRY(collect(same.bind(4, last->rank).bind(6, last->slot)));
    }
    if (items_.size() < piece_) {
      SG_TRY_ASSIGN(sql::Statement later, connection.prepare(kLaterRank));
      SG_TRY(collect(later.bind(4, last ? last->rank : std::numeric_limits<std::int64_t>::min())));
    }
    ended_ = items_.size() < piece_;
    return {};
  }

  Result<> collect(sql::Statement& select) {
    select.bind(1, lane_.port).bind(2, lane_.kind).bind(3, lane_.instance);
    select.bind(5, static_cast<std::int64_t>(piece_ - items_.size()));
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      ReadyItem& entry = items_.emplace_back();
      entry.slot = select.integer(0);
      entry.rank = select.integer(1);
      WorkItem& item = entry.item;
      item.claim.work = WorkId(select.text(2));
      item.claim.lease = select.integer(10);
      item.kind = parse_work_kind(lane_.kind).value_or(WorkKind::Send);
      item.message = MessageId(select.text(3));
      item.port = lane_.port;
      item.attempts = select.integer(4);
      item.transport = static_cast<int>(select.integer(5));
      item.priority = static_cast<int>(select.integer(6));
      item.ordered = select.integer(7) != 0;
      item.created = time_of(select.integer(8));
      item.forced = select.integer(9) != 0;
    }
  }

  Lane lane_;
  std::size_t piece_;
  std::vector<ReadyItem> items_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<bool> any_ready(sql::Connection& connection, const ClaimRequest& request) {
  const Allowance allowance(request);
  Lane start;
  bool any = false;
  SG_TRY(around(connection, start, [&](const Lane& lane) {
    any = allowance.left(lane) > 0;
    return !any;
  }));
  return any;
}

Result<std::vector<ReadyItem>> select_ready(sql::Connection& connection, const ClaimRequest& request,
                                            std::size_t limit, Lane& cursor) {
  Allowance allowance(request);
  std::vector<Lane> lanes;
  SG_TRY(around(connection, cursor, [&](const Lane& lane) {
    if (allowance.left(lane) > 0) lanes.push_back(lane);
    return lanes.size() < kMaximumLanes;
  }));
  const std::size_t piece = lanes.empty() ? 1 : std::max<std::size_t>(limit / lanes.size() + 1, 2);
  std::vector<LaneItems> all;
  all.reserve(lanes.size());
  for (Lane& lane : lanes) all.emplace_back(std::move(lane), piece);
  // The lane with the smallest front comes first.
  using Front = std::tuple<std::int64_t, std::int64_t, LaneItems*>;
  std::priority_queue<Front, std::vector<Front>, std::greater<>> fronts;
  const auto queue_up = [&](LaneItems& items) -> Result<> {
    if (allowance.left(items.lane()) == 0) return {};
    SG_TRY_ASSIGN(const ReadyItem* front, items.front(connection));
    if (front != nullptr) fronts.emplace(front->rank, front->slot, &items);
    return {};
  };
  for (LaneItems& items : all) SG_TRY(queue_up(items));
  std::vector<ReadyItem> chosen;
  while (!fronts.empty() && chosen.size() < limit) {
    LaneItems& items = *std::get<LaneItems*>(fronts.top());
    fronts.pop();
    // Another lane of the same port may have used up what it may.
    if (allowance.left(items.lane()) == 0) continue;
    SG_TRY_ASSIGN(ReadyItem * front, items.front(connection));
    chosen.push_back(std::move(*front));
    allowance.take(items.lane());
    items.pop();
    SG_TRY(queue_up(items));
  }
  return chosen;
}

}  // namespace sealgate::store
