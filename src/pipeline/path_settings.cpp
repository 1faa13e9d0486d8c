#include "pipeline/path_settings.h"

#include <algorithm>

namespace sealgate::pipeline {

void apply_path_settings(const artifacts::Party* party, certificates::PathPolicy& policy) {
  if (party == nullptr) return;
  const artifacts::PathSettings& path = party->path;
  policy.auth_level = std::max(policy.auth_level, path.auth_level);
  if (path.policies.empty() && !path.require_explicit_policy) return;
  policy.policies.check = true;
  policy.policies.initial_policies = path.policies;
  // Policies that are named and need not hold would mean nothing.
  policy.policies.require_explicit_policy = true;
}

}  // namespace sealgate::pipeline
