#pragma once
// The artifacts on SQLite: one row with the YAML document of each, and one revision for all.

#include "artifacts/artifact_store.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteArtifactStore final : public artifacts::ArtifactStore {
 public:
  /// `database` must outlive it.
  explicit SqliteArtifactStore(sql::Database& database) : database_(database) {}
  Result<artifacts::Revision> revision() override;
  Result<artifacts::Snapshot> load() override;
  Result<artifacts::Revision> replace(const artifacts::ArtifactSet& set, artifacts::Revision expected, Time now,
                                      const artifacts::ChangeNote& note) override;

 private:
  sql::Database& database_;
};

}  // namespace sealgate::store
