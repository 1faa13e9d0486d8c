#pragma once
// What the commands of the history share.

#include "cli/api_client.h"

namespace sealgate::cli {

/// Each artifact with the lines that differ, of what was created and deleted as well. `changes` as the API tells
/// them.
void print_differences(const Json& changes);

}  // namespace sealgate::cli
