#pragma once
// The artifacts on PostgreSQL: one row with the YAML document of each, and one revision for all.

#include <memory>

#include "artifacts/artifact_store.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresArtifactStore final : public artifacts::ArtifactStore {
 public:
  /// `database` must outlive it.
  explicit PostgresArtifactStore(Database& database) : database_(database) {}
  Result<artifacts::Revision> revision() override;
  Result<artifacts::Snapshot> load() override;
  Result<artifacts::Revision> replace(const artifacts::ArtifactSet& set, artifacts::Revision expected, Time now,
                                      const artifacts::ChangeNote& note) override;

 private:
  Database& database_;
};

}  // namespace sealgate::store::postgres
