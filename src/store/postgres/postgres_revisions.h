#pragma once
// The revisions of the configuration on PostgreSQL: one row each, and one for each artifact that changed.

#include "artifacts/revisions.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresRevisions final : public artifacts::RevisionLog {
 public:
  /// `database` must outlive it.
  explicit PostgresRevisions(Database& database) : database_(database) {}
  Result<std::vector<artifacts::RevisionSummary>> list(const artifacts::RevisionFilter& filter,
                                                       artifacts::Revision before, std::size_t limit) override;
  Result<std::optional<artifacts::RevisionSummary>> find(artifacts::Revision number) override;
  Result<std::vector<artifacts::Change>> changes(artifacts::Revision number, const artifacts::ArtifactKey& after,
                                                 std::size_t limit) override;
  Result<std::vector<artifacts::KeptChange>> history(artifacts::Kind kind, const std::string& name,
                                                     artifacts::Revision before, std::size_t limit) override;
  Result<Since> since(artifacts::Revision number) override;

 private:
  Database& database_;
};

// Within a transaction, also for who copies a whole store.
Result<std::optional<artifacts::RevisionSummary>> find_revision(Connection& connection, artifacts::Revision number);
Result<std::vector<artifacts::Change>> read_changes(Connection& connection, artifacts::Revision number,
                                                    const artifacts::ArtifactKey& after, std::size_t limit);
Result<> put_revision(Connection& connection, const artifacts::RevisionSummary& revision,
                      const std::vector<artifacts::Change>& changes);
/// Those before `first` go.
Result<> prune_revisions(Connection& connection, artifacts::Revision first);

}  // namespace sealgate::store::postgres
