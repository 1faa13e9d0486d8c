#include "store/sqlite/sqlite_artifact_store.h"

#include <map>

#include "artifacts/errors.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace artifacts;

namespace {

using Documents = std::map<std::pair<std::string, std::string>, std::string>;

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
  for (const auto& [key, document] : documents) {
    SG_TRY_ASSIGN(std::vector<SourcedArtifact> parsed,
                  parse_documents(document, "stored " + key.first + " '" + key.second + "'"));
    for (SourcedArtifact& artifact : parsed) snapshot.set.put(std::move(artifact.artifact));
  }
  return snapshot;
}

Result<Revision> SqliteArtifactStore::replace(const ArtifactSet& set, Revision expected, Time now) {
  Documents wanted;
  for (const Artifact& artifact : set.all()) {
    wanted.emplace(std::pair(std::string(to_string(kind_of(artifact))), name_of(artifact)), to_yaml(artifact));
  }
  Revision revision = 0;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(revision, read_revision(connection));
    if (revision != expected) {
      return fail(kChangedMeanwhile, "somebody else changed the artifacts meanwhile",
                  "revision " + std::to_string(revision) + " instead of " + std::to_string(expected), "try again");
    }
    SG_TRY_ASSIGN(const Documents stored, read_documents(connection));
    if (stored == wanted) return {};
    for (const auto& [key, document] : stored) {
      if (wanted.contains(key)) continue;
      SG_TRY_ASSIGN(sql::Statement remove, connection.prepare("DELETE FROM artifacts WHERE kind = ?1 AND name = ?2"));
      SG_TRY(remove.bind(1, key.first).bind(2, key.second).run());
    }
    for (const auto& [key, document] : wanted) {
      const auto before = stored.find(key);
      if (before != stored.end() && before->second == document) continue;
      SG_TRY_ASSIGN(sql::Statement put,
                    connection.prepare("INSERT INTO artifacts VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
                                       "DO UPDATE SET document = ?3, changed = ?4"));
      SG_TRY(put.bind(1, key.first).bind(2, key.second).bind(3, document).bind(4, milliseconds(now)).run());
    }
    SG_TRY_ASSIGN(sql::Statement bump, connection.prepare("UPDATE artifact_revision SET revision = revision + 1"));
    SG_TRY(bump.run());
    revision += 1;
    return {};
  }));
  return revision;
}

}  // namespace sealgate::store
