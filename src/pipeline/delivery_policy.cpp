#include "pipeline/delivery_policy.h"

#include <algorithm>

namespace sealgate::pipeline {
namespace {

artifacts::Duration wait_after(const artifacts::RetryPolicy& policy, std::int64_t failed_attempts) {
  auto wait = policy.interval;
  if (policy.backoff == artifacts::Backoff::Exponential) {
    for (std::int64_t i = 1; i < failed_attempts && wait < policy.maximum_interval; ++i) wait *= 2;
    wait = std::min(wait, std::max(policy.maximum_interval, policy.interval));
  }
  return wait;
}

}  // namespace

Decision decide(const artifacts::SendPort& port, int transport, std::int64_t failed_attempts, bool permanent,
                Time now) {
  // An item that was on its way to a backup that is no more goes on by the primary one.
  const bool by_backup = transport == kBackupTransport && port.backup.has_value();
  const artifacts::RetryPolicy& policy = by_backup ? port.backup->retry : port.retry;
  if (!permanent && failed_attempts <= policy.count) {
    return {Verdict::RetryLater, now + wait_after(policy, failed_attempts),
            by_backup ? kBackupTransport : kPrimaryTransport, true};
  }
  if (transport == kPrimaryTransport && port.backup) return {Verdict::NextTransport, now, kBackupTransport, true};
  // With gaps allowed, resuming it later would only break the order of what went on meanwhile.
  return {Verdict::Suspend, {}, transport, port.ordered_delivery != artifacts::OrderedFailure::Continue};
}

}  // namespace sealgate::pipeline
