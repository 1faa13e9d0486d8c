#pragma once
// How often somebody may do something: a bucket of turns for each key, filled at a steady rate.

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sealgate::adapters::http {

/// Thread-safe; memory is bounded: of more keys than it keeps, those that have waited longest have full buckets
/// again.
class RateLimits {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMaximumKeys = 50'000;

  /// Takes a turn. False when the bucket of this key is empty: `rate` turns a second flow in, up to `burst`.
  bool take(const std::string& key, double rate, double burst, Clock::time_point now);
  /// Whether take() would succeed, without taking.
  bool has(const std::string& key, double rate, double burst, Clock::time_point now);

 private:
  struct Bucket {
    double turns;
    Clock::time_point since;
  };
  Bucket& filled(const std::string& key, double rate, double burst, Clock::time_point now);
  void make_room(double rate, double burst, Clock::time_point now);

  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace sealgate::adapters::http
