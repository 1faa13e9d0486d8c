#pragma once
// The one module that decides what a failed attempt means: again later, by the backup transport, or a person must
// look. Adapters and components only report.

#include "artifacts/artifacts.h"
#include "base/error.h"

namespace sealgate::pipeline {

enum class Verdict {
  RetryLater,     ///< by the same transport, at `next`
  NextTransport,  ///< by the backup, at once; its attempts start at 0
  Suspend
};

struct Decision {
  Verdict verdict = Verdict::Suspend;
  Time next{};            ///< RetryLater, NextTransport: when
  int transport = 0;      ///< RetryLater, NextTransport: which
  bool resumable = true;  ///< Suspend
};

inline constexpr int kPrimaryTransport = 0;
inline constexpr int kBackupTransport = 1;

/// `failed_attempts` counts this one and those before it on the same `transport`. A retry count of 3 means four
/// attempts: one, and three more. `permanent`: no attempt by this transport can succeed without a change by an
/// operator; the backup may still.
Decision decide(const artifacts::SendPort& port, int transport, std::int64_t failed_attempts, bool permanent,
                Time now);

}  // namespace sealgate::pipeline
