#pragma once
// What the path of a party's certificates must fulfil beyond RFC 5280, as `path` of the party says.

#include "artifacts/artifacts.h"
#include "certificates/path_validation.h"

namespace sealgate::pipeline {

/// Adds the algorithm policy and the certificate policies of `party` (nullptr: nobody known, nothing is added).
void apply_path_settings(const artifacts::Party* party, certificates::PathPolicy& policy);

}  // namespace sealgate::pipeline
