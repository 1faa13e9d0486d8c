#pragma once
// Where artifacts are kept: all of them under one revision that grows with every change, so that a running gateway
// can ask cheaply whether anything changed.

#include "artifacts/documents.h"

namespace sealgate::artifacts {

using Revision = std::int64_t;  ///< 0: nothing was ever stored

struct Snapshot {
  Revision revision = 0;
  ArtifactSet set = {};
};

enum class ChangeKind { Created, Changed, Unchanged, Deleted };
std::string_view to_string(ChangeKind change);  ///< created, changed, unchanged, deleted

struct Change {
  Kind kind = Kind::Group;
  std::string name = {};
  ChangeKind change = ChangeKind::Unchanged;
  std::string before = {};  ///< YAML; empty when created
  std::string after = {};   ///< YAML; empty when deleted
};

/// Thread-safe.
class ArtifactStore {
 public:
  ArtifactStore() = default;
  ArtifactStore(const ArtifactStore&) = delete;
  ArtifactStore& operator=(const ArtifactStore&) = delete;
  virtual ~ArtifactStore() = default;

  virtual Result<Revision> revision() = 0;
  virtual Result<Snapshot> load() = 0;
  /// Makes `set` the whole configuration in one commit, if the revision is still `expected`; else
  /// artifacts.changed-meanwhile. The caller has validated it. Gives the new revision (the old one when nothing
  /// differs).
  virtual Result<Revision> replace(const ArtifactSet& set, Revision expected, Time now) = 0;
};

/// What putting `artifacts` over the stored ones would change, validated as a whole; nothing is stored. Fails with
/// the first fault, whose `remedy` counts the others; `faults` receives all of them.
struct Plan {
  Snapshot base = {};
  ArtifactSet result = {};
  std::vector<Change> changes = {};  ///< one for each artifact given, in the order given
};

Result<Plan> plan_apply(ArtifactStore& store, const std::vector<SourcedArtifact>& artifacts, Time now,
                        std::vector<Error>* faults = nullptr);
/// artifacts.not-found; artifacts.in-use when others refer to it.
Result<Plan> plan_delete(ArtifactStore& store, Kind kind, std::string_view name, Time now);
/// Stores the plan.
Result<Revision> commit(ArtifactStore& store, const Plan& plan, Time now);

}  // namespace sealgate::artifacts
