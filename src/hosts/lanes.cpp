#include "hosts/lanes.h"

#include <algorithm>
#include <limits>

namespace sealgate::hosts {

using messaging::WorkItem;

namespace {
/// A port that sends two thousand messages a second empties a smaller lane while a claim waits for the disk.
constexpr std::size_t kLeastAhead = 64;
}  // namespace

std::size_t Lanes::ahead(const Lane& lane) {
  return std::max(2 * lane.at_once, kLeastAhead);
}

Lanes::Key Lanes::key_of(const WorkItem& item) {
  using messaging::WorkKind;
  const bool waits_outside = item.kind == WorkKind::Send || item.kind == WorkKind::Receipt;
  return {waits_outside ? item.kind : WorkKind::Route, item.port};
}

void Lanes::give_turn(const Key& key, Lane& lane) {
  if (lane.has_turn || lane.waiting.empty() || lane.running >= lane.at_once) return;
  lane.has_turn = true;
  turns_.push_back(key);
}

void Lanes::add(WorkItem item, std::size_t at_once) {
  const Key key = key_of(item);
  Lane& lane = lanes_[key];
  lane.at_once = key.first != messaging::WorkKind::Route ? at_once : std::numeric_limits<std::size_t>::max() / 4;
  const Time counts_from = item.created + messaging::kPriorityStep * (item.priority - messaging::kDefaultPriority);
  lane.waiting.emplace(counts_from, std::move(item));
  ++waiting_;
  give_turn(key, lane);
}

std::optional<WorkItem> Lanes::next() {
  while (!turns_.empty()) {
    const Key key = std::move(turns_.front());
    turns_.pop_front();
    Lane& lane = lanes_.at(key);
    lane.has_turn = false;
    // Its port may run less at once since it got its turn.
    if (lane.waiting.empty() || lane.running >= lane.at_once) continue;
    WorkItem item = std::move(lane.waiting.extract(lane.waiting.begin()).mapped());
    --waiting_;
    ++lane.running;
    give_turn(key, lane);
    return item;
  }
  return std::nullopt;
}

bool Lanes::done(const WorkItem& item) {
  const Key key = key_of(item);
  const auto found = lanes_.find(key);
  if (found == lanes_.end()) return false;
  Lane& lane = found->second;
  --lane.running;
  const bool wants_more = lane.more_there && lane.waiting.size() <= ahead(lane) / 2;
  if (lane.running == 0 && lane.waiting.empty()) {
    lanes_.erase(found);
  } else {
    give_turn(key, lane);
  }
  return wants_more;
}

std::vector<WorkItem> Lanes::drain() {
  std::vector<WorkItem> drained;
  for (auto at = lanes_.begin(); at != lanes_.end();) {
    for (auto& [time, item] : at->second.waiting) drained.push_back(std::move(item));
    at->second.waiting.clear();
    at->second.has_turn = false;
    at = at->second.running == 0 ? lanes_.erase(at) : std::next(at);
  }
  turns_.clear();
  waiting_ = 0;
  return drained;
}

void Lanes::limit(messaging::ClaimRequest& request) const {
  for (const auto& [key, lane] : lanes_) {
    if (key.first != messaging::WorkKind::Send) continue;
    if (lane.waiting.size() > ahead(lane) / 2) {
      request.skip_ports.push_back(key.second);
    } else {
      request.port_limits[key.second] = ahead(lane) - lane.waiting.size();
    }
  }
}

void Lanes::note_claimed(const messaging::ClaimRequest& request, const std::map<std::string, std::size_t>& claimed) {
  for (auto& [key, lane] : lanes_) {
    if (key.first != messaging::WorkKind::Send) continue;
    const auto limit = request.port_limits.find(key.second);
    const auto count = claimed.find(key.second);
    const std::size_t got = count == claimed.end() ? 0 : count->second;
    const bool asked = limit != request.port_limits.end() || got > 0;
    if (asked) lane.more_there = got >= (limit == request.port_limits.end() ? request.per_port : limit->second);
  }
}

}  // namespace sealgate::hosts
