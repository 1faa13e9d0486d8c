#pragma once
// The configuration through the API.

#include <optional>
#include <vector>

#include "artifacts/documents.h"
#include "cli/api_client.h"
#include "cli/artifact_output.h"

namespace sealgate::cli {

/// All of a kind, or of all kinds.
Result<std::vector<artifacts::Artifact>> fetch_artifacts(ApiClient& api, std::optional<artifacts::Kind> kind);

/// What every change of the configuration answers.
struct Applied {
  bool dry_run = false;
  std::vector<ShownChange> changes = {};
  std::vector<std::string> assigned = {};
  std::vector<std::string> warnings = {};
  struct Orphan {
    std::string thumbprint = {};
    std::string name = {};
  };
  std::vector<Orphan> orphans = {};
  struct LeftBehind {
    std::string thumbprint = {};
    std::string name = {};
    std::string account = {};
    bool private_key = false;
  };
  std::vector<LeftBehind> left_behind = {};
};
Applied applied_of(const Json& answer);

struct ApplyWords {
  bool dry_run = false;
  bool accept_wrong_usage = false;
  std::string comment = {};  ///< why, for the history
};

/// Makes the documents part of the configuration. `faults`: all of them, when there are several.
Result<Applied> apply_documents(ApiClient& api, const std::vector<artifacts::SourcedArtifact>& documents,
                                const ApplyWords& words, std::vector<Error>& faults);

/// Removes one artifact as it is now.
Result<Applied> remove_artifact(ApiClient& api, artifacts::Kind kind, const std::string& name,
                                const std::string& comment);

}  // namespace sealgate::cli
