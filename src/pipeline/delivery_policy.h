#pragma once
// The one module that decides what a failed attempt means: again later, or a person must look. Adapters and
// components only report.

#include "artifacts/artifacts.h"
#include "base/error.h"

namespace sealgate::pipeline {

enum class Verdict { RetryLater, Suspend };

struct Decision {
  Verdict verdict = Verdict::Suspend;
  Time next{};            ///< RetryLater: when
  bool resumable = true;  ///< Suspend
};

/// `failed_attempts` counts this one. A port with retry_count 3 tries four times: once, and three times more.
/// `permanent`: no attempt can succeed without a change by an operator.
Decision decide(const artifacts::SendPort& port, std::int64_t failed_attempts, bool permanent, Time now);

}  // namespace sealgate::pipeline
