#pragma once
// A revision as JSON, alike for the API and the command line.

#include <nlohmann/json_fwd.hpp>

#include "artifacts/revisions.h"

namespace sealgate::admin {

/// Number, time, who from where, why, what it was about; "restores" when it went back to an earlier one.
nlohmann::ordered_json revision_json(const artifacts::RevisionSummary& revision);

}  // namespace sealgate::admin
