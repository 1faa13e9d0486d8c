#pragma once
// Rows of the AS2 report as JSON and CSV, with the same columns.

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "artifacts/artifact_store.h"
#include "evidence/status_report.h"

namespace sealgate::admin {

nlohmann::ordered_json as2_json(const evidence::As2Row& row);
std::string as2_csv_heading();
std::string as2_csv_line(const evidence::As2Row& row);

/// Agreements with `reporting: false`.
Result<std::set<std::string>> agreements_left_out(artifacts::ArtifactStore& store);

}  // namespace sealgate::admin
