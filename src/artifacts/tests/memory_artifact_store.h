#pragma once
// A store of artifacts in memory, for tests of this folder.

#include "artifacts/artifact_store.h"
#include "artifacts/errors.h"

namespace sealgate::artifacts {

/// Keeps what it is given.
class MemoryStore final : public ArtifactStore {
 public:
  Result<Revision> revision() override { return snapshot.revision; }
  Result<Snapshot> load() override { return snapshot; }
  Result<Revision> replace(const ArtifactSet& set, Revision expected, Time, const ChangeNote&) override {
    if (expected != snapshot.revision) return fail(kChangedMeanwhile, "changed");
    if (!(snapshot.set == set)) snapshot = Snapshot{snapshot.revision + 1, set};
    return snapshot.revision;
  }
  Snapshot snapshot;
};

}  // namespace sealgate::artifacts
