#pragma once
// What an import did, or would do, as the API tells it; on standard output.

#include "cli/api_client.h"

namespace sealgate::cli {

/// Of nothing yet.
Json empty_import_report(bool dry_run);
/// Adds the report of another call to it.
void join_reports(Json& all, Json part);
void print_import_report(const Json& report, const std::string& form);

}  // namespace sealgate::cli
