#pragma once
// Artifacts as YAML documents: read strictly, written canonically, compared line by line.
//
//   kind: SendPort
//   name: Orders to Fabrikam
//   ...
//
// Several documents in one file are separated by "---". Every error names file, line and column, what is wrong and
// what to write instead. Reading a document that was written gives the same artifact.

#include <string>
#include <string_view>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

/// Where an artifact was written: "orders.yaml:12:3".
struct SourcedArtifact {
  Artifact artifact;
  std::string where;
};

/// Of one text; `source` is the file name for messages.
Result<std::vector<SourcedArtifact>> parse_documents(std::string_view text, const std::string& source);

/// Of files and folders (their *.yaml and *.yml files in the order of names, without subfolders); "-" is standard
/// input.
Result<std::vector<SourcedArtifact>> load_documents(const std::vector<std::string>& paths);

/// One document, without "---". Settings at their defaults are left out, except those that decide security or
/// routing.
std::string to_yaml(const Artifact& artifact);

/// Lines that go ("-"), come ("+") and stay (" "), with three lines of context. Empty when equal.
std::string diff_lines(std::string_view before, std::string_view after);

}  // namespace sealgate::artifacts
