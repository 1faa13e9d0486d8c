#pragma once
// How often something that failed is tried again.

#include <chrono>
#include <string_view>

#include "artifacts/transports.h"

namespace sealgate::artifacts {

enum class Backoff {
  Fixed,       ///< the interval each time
  Exponential  ///< doubles each time, up to maximum_retry_interval
};
std::string_view to_string(Backoff backoff);  ///< fixed, exponential

/// How and when one transport tries.
struct RetryPolicy {
  int count = 3;  ///< 0-1000
  Duration interval{std::chrono::minutes(5)};
  Backoff backoff = Backoff::Fixed;
  Duration maximum_interval{std::chrono::hours(1)};
  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

}  // namespace sealgate::artifacts
