#include "store/postgres/postgres_artifact_store.h"

#include <array>
#include <map>

#include "artifacts/errors.h"
#include "store/common/commit_point.h"

namespace sealgate::store::postgres {

using namespace artifacts;

namespace {

using Documents = std::map<std::pair<std::string, std::string>, std::string>;

Result<Documents> read_documents(Connection& connection) {
  SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT kind, name, document FROM artifacts"));
  Documents documents;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    documents.emplace(std::pair(rows.text(row, 0), rows.text(row, 1)), rows.text(row, 2));
  }
  return documents;
}

}  // namespace

Result<Revision> PostgresArtifactStore::revision() {
  Revision revision = 0;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT revision FROM artifact_revision"));
    revision = rows.empty() ? 0 : rows.integer(0, 0);
    return {};
  }));
  return revision;
}

Result<Snapshot> PostgresArtifactStore::load() {
  Snapshot snapshot;
  Documents documents;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    // One statement, so one view: never the documents of one revision under the number of another.
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT r.revision, a.kind, a.name, a.document FROM "
                                                  "artifact_revision r LEFT JOIN artifacts a ON true"));
    documents.clear();
    snapshot.revision = rows.empty() ? 0 : rows.integer(0, 0);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.is_null(row, 1)) continue;
      documents.emplace(std::pair(rows.text(row, 1), rows.text(row, 2)), rows.text(row, 3));
    }
    return {};
  }));
  for (const auto& [key, document] : documents) {
    SG_TRY_ASSIGN(std::vector<SourcedArtifact> parsed,
                  parse_documents(document, "stored " + key.first + " '" + key.second + "'"));
    for (SourcedArtifact& artifact : parsed) snapshot.set.put(std::move(artifact.artifact));
  }
  return snapshot;
}

Result<Revision> PostgresArtifactStore::replace(const ArtifactSet& set, Revision expected, Time now) {
  Documents wanted;
  for (const Artifact& artifact : set.all()) {
    wanted.emplace(std::pair(std::string(to_string(kind_of(artifact))), name_of(artifact)), to_yaml(artifact));
  }
  Revision revision = 0;
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    // Locked: of two that change the same revision, one is told.
    SG_TRY_ASSIGN(const Rows current, connection.run("SELECT revision FROM artifact_revision FOR UPDATE"));
    revision = current.integer(0, 0);
    if (revision != expected) {
      return fail(kChangedMeanwhile, "somebody else changed the artifacts meanwhile",
                  "revision " + std::to_string(revision) + " instead of " + std::to_string(expected), "try again");
    }
    SG_TRY_ASSIGN(const Documents stored, read_documents(connection));
    if (stored == wanted) return {};
    for (const auto& [key, document] : stored) {
      if (wanted.contains(key)) continue;
      Parameters gone;
      gone.add(std::string_view(key.first)).add(std::string_view(key.second));
      SG_TRY(connection.run("DELETE FROM artifacts WHERE kind = $1 AND name = $2", std::move(gone)));
    }
    for (const auto& [key, document] : wanted) {
      const auto before = stored.find(key);
      if (before != stored.end() && before->second == document) continue;
      Parameters put;
      put.add(std::string_view(key.first)).add(std::string_view(key.second)).add(std::string_view(document));
      put.add(now.time_since_epoch().count());
      SG_TRY(
          connection.run("INSERT INTO artifacts VALUES ($1, $2, $3, $4) ON CONFLICT (kind, name) "
                         "DO UPDATE SET document = $3, changed = $4",
                         std::move(put)));
    }
    SG_TRY(connection.run("UPDATE artifact_revision SET revision = revision + 1"));
    revision += 1;
    commit_point("artifacts.replaced");
    return {};
  }));
  return revision;
}

}  // namespace sealgate::store::postgres
