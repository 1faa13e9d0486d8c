#include "soap/security/replay.h"

#include "soap/errors.h"

namespace sealgate::soap {

Result<> ReplayCache::enter(const std::string& key, Time until, Time now) {
  const std::lock_guard lock(mutex_);
  while (!order_.empty() && order_.begin()->first < now) {
    const auto known = until_.find(order_.begin()->second);
    if (known != until_.end() && known->second == order_.begin()->first) until_.erase(known);
    order_.erase(order_.begin());
  }
  if (until_.contains(key)) {
    return fail(kReplayed, "the message came before", {}, "a sender that tries again must make a new Timestamp");
  }
  if (order_.size() >= most_) {
    return fail(kReplayCacheFull, "more messages came than can be remembered against replays", {},
                "it passes as their times run out; shorten maximum_age of the location");
  }
  until_.emplace(key, until);
  order_.emplace(until, key);
  return {};
}

void ReplayCache::leave(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = until_.find(key);
  if (known == until_.end()) return;
  for (auto [at, end] = order_.equal_range(known->second); at != end; ++at) {
    if (at->second != key) continue;
    order_.erase(at);
    break;
  }
  until_.erase(known);
}

std::size_t ReplayCache::size() const {
  const std::lock_guard lock(mutex_);
  return until_.size();
}

}  // namespace sealgate::soap
