#pragma once
// Artifacts on standard output.

#include <vector>

#include "artifacts/artifact_store.h"

namespace sealgate::cli {

/// A change as it is shown, wherever it was made.
struct ShownChange {
  std::string change = {};  ///< created, changed, unchanged, deleted
  std::string kind = {};
  std::string name = {};
  std::string diff = {};  ///< of a changed one: lines that go (-), come (+) and stay ( )
};
ShownChange shown(const artifacts::Change& change);

/// "changed  SendPort Orders", with the lines that differ below it.
void print_change(const ShownChange& change);

/// Says that there is no such kind, and which one was probably meant.
Error unknown_kind(const std::string& word, bool with_all);

/// Those lines alone; all of it of what was created or deleted.
void print_diff(const artifacts::Change& change, bool colours);

/// One line each, with the columns of their kind; all of one kind.
void print_artifact_table(artifacts::Kind kind, const std::vector<artifacts::Artifact>& all);

}  // namespace sealgate::cli
