#pragma once
// Artifacts on standard output.

#include <vector>

#include "artifacts/artifact_store.h"

namespace sealgate::cli {

/// "changed  SendPort Orders", with the lines that differ below it.
void print_change(const artifacts::Change& change);

/// One line each, with the columns of their kind; all of one kind.
void print_artifact_table(artifacts::Kind kind, const std::vector<artifacts::Artifact>& all);

}  // namespace sealgate::cli
