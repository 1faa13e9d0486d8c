#include "store/sqlite/sqlite_artifact_store.h"

#include "store/common/artifact_changes.h"
#include "store/common/commit_point.h"
#include "store/sqlite/sqlite_access.h"
#include "store/sqlite/sqlite_box_change.h"
#include "store/sqlite/sqlite_revisions.h"

namespace sealgate::store {

using namespace artifacts;

namespace {

Result<Revision> read_revision(sql::Connection& connection) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT revision FROM artifact_revision"));
  SG_TRY_ASSIGN(const bool row, select.step());
  return row ? select.integer(0) : 0;
}

Result<Documents> read_documents(sql::Connection& connection) {
  Documents documents;
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT kind, name, document FROM artifacts"));
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return documents;
    documents.emplace(std::pair(select.text(0), select.text(1)), select.text(2));
  }
}

Result<> write_documents(sql::Connection& connection, const DocumentChanges& all, Time now) {
  for (const auto* key : all.remove) {
    SG_TRY_ASSIGN(sql::Statement remove, connection.prepare("DELETE FROM artifacts WHERE kind = ?1 AND name = ?2"));
    SG_TRY(remove.bind(1, key->first).bind(2, key->second).run());
  }
  for (const auto* entry : all.put) {
    SG_TRY_ASSIGN(sql::Statement put, connection.prepare("INSERT INTO artifacts VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
                                                         "DO UPDATE SET document = ?3, changed = ?4"));
    put.bind(1, entry->first.first).bind(2, entry->first.second).bind(3, entry->second);
    SG_TRY(put.bind(4, milliseconds(now)).run());
  }
  SG_TRY_ASSIGN(sql::Statement bump, connection.prepare("UPDATE artifact_revision SET revision = revision + 1"));
  return bump.run();
}

}  // namespace

Result<Revision> SqliteArtifactStore::revision() {
  Revision revision = 0;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(revision, read_revision(connection));
    return {};
  }));
  return revision;
}

Result<Snapshot> SqliteArtifactStore::load() {
  Snapshot snapshot;
  Documents documents;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(snapshot.revision, read_revision(connection));
    SG_TRY_ASSIGN(documents, read_documents(connection));
    return {};
  }));
  SG_TRY_ASSIGN(snapshot.set, set_of(documents));
  return snapshot;
}

Result<Revision> SqliteArtifactStore::replace(const ArtifactSet& set, Revision expected, Time now,
                                              const ChangeNote& note) {
  const Documents wanted = documents_of(set);
  Revision revision = 0;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(revision, read_revision(connection));
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

}  // namespace sealgate::store
