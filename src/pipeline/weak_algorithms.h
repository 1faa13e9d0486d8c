#pragma once
// Old algorithms per party. The decoder opens a message first, since only its signature tells whose it is; then what
// it was sealed with is held against that party's allowances.

#include "artifacts/artifacts.h"
#include "smime/report.h"
#include "smime/weak_policy.h"

namespace sealgate::pipeline {

/// Names of the weak algorithms that the message relied on ("sha1", "3des", "rc2-40", "rsa-1024" for short keys,
/// "rc2-wrap" for keys wrapped with RC2 of any length), each once.
std::vector<std::string> weak_algorithms_of(const smime::Report& report);

/// pipeline.weak-algorithm when the party (nullptr: nobody known) may not use one of them at `now`.
Result<> check_weak_algorithms(const smime::Report& report, const artifacts::Party* party, Time now);

/// What may be used towards this party at `now`.
smime::WeakPolicy weak_policy_for(const artifacts::Party* party, Time now);

}  // namespace sealgate::pipeline
