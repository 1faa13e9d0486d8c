#include "adapters/http/rate_limits.h"

#include <algorithm>

namespace sealgate::adapters::http {

RateLimits::Bucket& RateLimits::filled(const std::string& key, double rate, double burst, Clock::time_point now) {
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMaximumKeys) make_room(rate, burst, now);
    found = buckets_.emplace(key, Bucket{burst, now}).first;
  }
  Bucket& bucket = found->second;
  const double seconds = std::chrono::duration<double>(now - bucket.since).count();
  if (seconds > 0) {
    bucket.turns = std::min(burst, bucket.turns + seconds * rate);
    bucket.since = now;
  }
  return bucket;
}

void RateLimits::make_room(double rate, double burst, Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.turns + std::chrono::duration<double>(now - bucket.since).count() * rate >= burst;
  });
  // So many at once that are all in use: none of them is worth more than the memory.
  if (buckets_.size() >= kMaximumKeys) buckets_.clear();
}

bool RateLimits::take(const std::string& key, double rate, double burst, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = filled(key, rate, burst, now);
  if (bucket.turns < 1) return false;
  bucket.turns -= 1;
  return true;
}

bool RateLimits::has(const std::string& key, double rate, double burst, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  return filled(key, rate, burst, now).turns >= 1;
}

}  // namespace sealgate::adapters::http
