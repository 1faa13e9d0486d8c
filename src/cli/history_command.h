#pragma once
// What the commands of the history share.

#include <vector>

#include "artifacts/artifact_store.h"

namespace sealgate::cli {

/// Each artifact with the lines that differ, of what was created and deleted as well.
void print_differences(const std::vector<artifacts::Change>& changes);

}  // namespace sealgate::cli
