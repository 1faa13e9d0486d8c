#pragma once
// How many requests somebody may make: a bucket for each that fills steadily and is emptied by requests. In memory of
// this process: a restart, or another instance, starts with full ones.

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace sealgate::access {

struct RateLimit {
  std::uint32_t per_second = 100;  ///< in the long run; 0: as many as they like
  std::uint32_t at_once = 1000;    ///< after a while without any
};

/// Thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit, std::size_t most = 10'000) : limit_(limit), most_(most) {}

  /// Takes one for `who`. Zero: go on. Else how long until the next one may come; nothing is taken then.
  std::chrono::milliseconds take(const std::string& who, Time now);

 private:
  struct Bucket {
    double left = 0;
    Time at = {};
  };
  double left_in(const Bucket& bucket, Time now) const;
  Bucket& bucket_of(const std::string& who, Time now);

  const RateLimit limit_;
  const std::size_t most_;  ///< known at a time; when so many ask at once, all new ones share one bucket
  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  Time swept_ = {};
};

}  // namespace sealgate::access
