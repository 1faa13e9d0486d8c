#include "store/postgres/postgres_artifact_store.h"

#include "store/common/artifact_changes.h"
#include "store/common/commit_point.h"
#include "store/postgres/postgres_access.h"
#include "store/postgres/postgres_revisions.h"

namespace sealgate::store::postgres {

using namespace artifacts;

namespace {

Result<Documents> read_documents(Connection& connection) {
  SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT kind, name, document FROM artifacts"));
  Documents documents;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    documents.emplace(std::pair(rows.text(row, 0), rows.text(row, 1)), rows.text(row, 2));
  }
  return documents;
}

Result<> write_documents(Connection& connection, const DocumentChanges& all, Time now) {
  for (const auto* key : all.remove) {
    Parameters gone;
    gone.add(std::string_view(key->first)).add(std::string_view(key->second));
    SG_TRY(connection.run("DELETE FROM artifacts WHERE kind = $1 AND name = $2", std::move(gone)));
  }
  for (const auto* entry : all.put) {
    Parameters put;
    put.add(std::string_view(entry->first.first)).add(std::string_view(entry->first.second));
    put.add(std::string_view(entry->second)).add(now.time_since_epoch().count());
    SG_TRY(
        connection.run("INSERT INTO artifacts VALUES ($1, $2, $3, $4) ON CONFLICT (kind, name) "
                       "DO UPDATE SET document = $3, changed = $4",
                       std::move(put)));
  }
  SG_TRY(connection.run("UPDATE artifact_revision SET revision = revision + 1"));
  return {};
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
  SG_TRY_ASSIGN(snapshot.set, set_of(documents));
  return snapshot;
}

Result<Revision> PostgresArtifactStore::replace(const ArtifactSet& set, Revision expected, Time now,
                                                const ChangeNote& note) {
  const Documents wanted = documents_of(set);
  Revision revision = 0;
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    // Locked: of two that change the same revision, one is told.
    SG_TRY_ASSIGN(const Rows current, connection.run("SELECT revision FROM artifact_revision FOR UPDATE"));
    revision = current.integer(0, 0);
    if (revision != expected) {
      SG_TRY_ASSIGN(const auto last, find_revision(connection, revision));
      return check_expected(revision, expected, last);
    }
    SG_TRY_ASSIGN(const Documents stored, read_documents(connection));
    SG_TRY_ASSIGN(const DocumentChanges all, changes_between(stored, wanted));
    if (all.none()) return {};
    SG_TRY(write_documents(connection, all, now));
    revision += 1;
    commit_point("artifacts.replaced");
    SG_TRY(put_revision(connection, revision_of(note, revision, now, all), all.changes));
    SG_TRY(prune_revisions(connection, first_kept(set, revision)));
    commit_point("artifacts.kept");
    SG_TRY(append_audit(connection, note.audit));
    commit_point("artifacts.recorded");
    return {};
  }));
  if (revision != expected) commit_point("artifacts.committed");
  return revision;
}

}  // namespace sealgate::store::postgres
