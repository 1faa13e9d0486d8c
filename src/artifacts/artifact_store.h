#pragma once
// Where artifacts are kept: all of them under one revision that grows with every change, so that a running gateway
// can ask cheaply whether anything changed. What each change was is kept as well (revisions.h).

#include "artifacts/revisions.h"

namespace sealgate::artifacts {

struct Snapshot {
  Revision revision = 0;
  ArtifactSet set = {};
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
  /// differs: then nothing is stored, and nothing recorded). In the same commit the change is kept as a revision
  /// under the new number, with the note, and the records of the note are appended to the audit log; revisions
  /// beyond Group::keep_revisions go. artifacts.change-too-large.
  virtual Result<Revision> replace(const ArtifactSet& set, Revision expected, Time now, const ChangeNote& note) = 0;
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
/// Stores the plan. Who asks on behalf of somebody goes through admin/configure.h, which makes the note.
Result<Revision> commit(ArtifactStore& store, const Plan& plan, Time now, const ChangeNote& note = {});

}  // namespace sealgate::artifacts
