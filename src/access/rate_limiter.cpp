#include "access/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace sealgate::access {

/// A clock that was turned back fills nothing.
double RateLimiter::left_in(const Bucket& bucket, Time now) const {
  const double seconds = std::chrono::duration<double>(std::max(now - bucket.at, Time::duration(0))).count();
  return std::min<double>(limit_.at_once, bucket.left + seconds * limit_.per_second);
}

RateLimiter::Bucket& RateLimiter::bucket_of(const std::string& who, Time now) {
  if (const auto found = buckets_.find(who); found != buckets_.end()) return found->second;
  if (buckets_.size() >= most_ && now != swept_) {
    // Those that are full again say nothing.
    std::erase_if(buckets_, [&](const auto& one) { return left_in(one.second, now) >= limit_.at_once; });
    swept_ = now;
  }
  const std::string key = buckets_.size() >= most_ ? std::string() : who;
  return buckets_.try_emplace(key, Bucket{static_cast<double>(limit_.at_once), now}).first->second;
}

std::chrono::milliseconds RateLimiter::take(const std::string& who, Time now) {
  if (limit_.per_second == 0) return std::chrono::milliseconds(0);
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(who, now);
  bucket = {left_in(bucket, now), now};
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return std::chrono::milliseconds(0);
  }
  const double seconds = (1 - bucket.left) / limit_.per_second;
  return std::chrono::milliseconds(1 + static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

}  // namespace sealgate::access
