#pragma once
// Findings and the like on standard output.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "admin/foresight.h"
#include "cli/data_folder.h"
#include "cli/output.h"

namespace sealgate::cli {

/// "SEVERITY  CODE  SINCE", what, where and remedy of each; "nothing" when there is none.
void print_findings(const std::vector<audit::Finding>& findings, const std::string& nothing);

/// "30d", "36h" counted from `now`; cli.bad-option.
Result<Time> time_within(const std::string& text, Time now);

}  // namespace sealgate::cli
