#include "pipeline/delivery_policy.h"

#include <algorithm>

namespace sealgate::pipeline {

Decision decide(const artifacts::SendPort& port, std::int64_t failed_attempts, bool permanent, Time now) {
  if (permanent || failed_attempts > port.retry.count) return {};
  auto wait = port.retry.interval;
  if (port.retry.backoff == artifacts::Backoff::Exponential) {
    for (std::int64_t i = 1; i < failed_attempts && wait < port.retry.maximum_interval; ++i) wait *= 2;
    wait = std::min(wait, std::max(port.retry.maximum_interval, port.retry.interval));
  }
  return {Verdict::RetryLater, now + wait, true};
}

}  // namespace sealgate::pipeline
