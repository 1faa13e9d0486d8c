#include "store/sqlite/sqlite_revisions.h"

#include "store/common/artifact_changes.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace artifacts;

namespace {

constexpr std::string_view kColumns =
    "r.number, r.at, r.who, r.address, r.origin, r.comment, r.restores, r.changes, r.about";

std::string select_revisions(std::string_view more, std::string_view rest) {
  return "SELECT " + std::string(kColumns) + std::string(more) + " FROM revisions r " + std::string(rest);
}

RevisionSummary read_summary(const sql::Statement& row) {
  RevisionSummary summary;
  summary.number = row.integer(0);
  summary.at = time_of(row.integer(1));
  summary.who = row.text(2);
  summary.address = row.text(3);
  summary.origin = parse_origin(row.view(4));
  summary.comment = row.text(5);
  if (!row.is_null(6)) summary.restores = row.integer(6);
  summary.changes = static_cast<std::size_t>(row.integer(7));
  summary.about = row.text(8);
  return summary;
}

template <typename Visit>
Result<> each(sql::Statement& select, const Visit& visit) {
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    visit();
  }
}

/// Artifacts by the index of theirs, users by looking at each revision: there are some thousands at most.
constexpr std::string_view kFits =
    "WHERE (?1 = 0 OR r.number < ?1) AND (?2 = '' OR r.who = ?2 OR substr(r.who, 1, length(?2) + 1) = ?2 || '/') AND "
    "((?3 = '' AND ?4 = '') OR EXISTS (SELECT 1 FROM revision_changes c WHERE c.number = r.number AND "
    "(?3 = '' OR c.kind = ?3) AND (?4 = '' OR c.name = ?4))) ORDER BY r.number DESC LIMIT ?5";

}  // namespace

Result<std::optional<RevisionSummary>> find_revision(sql::Connection& connection, Revision number) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_revisions("", "WHERE r.number = ?1")));
  SG_TRY_ASSIGN(const bool row, select.bind(1, number).step());
  return row ? std::optional(read_summary(select)) : std::nullopt;
}

Result<std::vector<Change>> read_changes(sql::Connection& connection, Revision number, const ArtifactKey& after,
                                         std::size_t limit) {
  std::vector<Change> found;
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare("SELECT kind, name, before, after FROM revision_changes WHERE number = ?1 AND "
                                   "(kind, name) > (?2, ?3) ORDER BY kind, name LIMIT ?4"));
  select.bind(1, number).bind(2, after.kind).bind(3, after.name).bind(4, static_cast<std::int64_t>(limit));
  SG_TRY(each(select,
              [&] { found.push_back(change_of(select.view(0), select.text(1), select.text(2), select.text(3))); }));
  return found;
}

Result<> put_revision(sql::Connection& connection, const RevisionSummary& revision,
                      const std::vector<Change>& changes) {
  SG_TRY_ASSIGN(sql::Statement put,
                connection.prepare("INSERT INTO revisions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
  put.bind(1, revision.number).bind(2, milliseconds(revision.at)).bind(3, revision.who).bind(4, revision.address);
  put.bind(5, to_string(revision.origin)).bind(6, revision.comment).bind(7, revision.restores);
  SG_TRY(put.bind(8, static_cast<std::int64_t>(revision.changes)).bind(9, revision.about).run());
  SG_TRY_ASSIGN(sql::Statement add, connection.prepare("INSERT INTO revision_changes VALUES (?1, ?2, ?3, ?4, ?5)"));
  for (const Change& change : changes) {
    add.bind(1, revision.number).bind(2, to_string(change.kind)).bind(3, change.name);
    SG_TRY(add.bind(4, change.before).bind(5, change.after).run());
    add.reset();
  }
  return {};
}

Result<> prune_revisions(sql::Connection& connection, Revision first) {
  for (const char* table : {"revision_changes", "revisions"}) {
    SG_TRY_ASSIGN(sql::Statement remove,
                  connection.prepare("DELETE FROM " + std::string(table) + " WHERE number < ?1"));
    SG_TRY(remove.bind(1, first).run());
  }
  return {};
}

Result<std::vector<RevisionSummary>> SqliteRevisions::list(const RevisionFilter& filter, Revision before,
                                                           std::size_t limit) {
  std::vector<RevisionSummary> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_revisions("", kFits)));
    select.bind(1, before).bind(2, filter.who).bind(3, filter.kind ? to_string(*filter.kind) : std::string_view());
    select.bind(4, filter.name).bind(5, static_cast<std::int64_t>(limit));
    return each(select, [&] { found.push_back(read_summary(select)); });
  }));
  return found;
}

Result<std::optional<RevisionSummary>> SqliteRevisions::find(Revision number) {
  std::optional<RevisionSummary> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, find_revision(connection, number));
    return {};
  }));
  return found;
}

Result<std::vector<Change>> SqliteRevisions::changes(Revision number, const ArtifactKey& after, std::size_t limit) {
  std::vector<Change> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, read_changes(connection, number, after, limit));
    return {};
  }));
  return found;
}

Result<std::vector<KeptChange>> SqliteRevisions::history(Kind kind, const std::string& name, Revision before,
                                                         std::size_t limit) {
  std::vector<KeptChange> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_revisions(
                      ", c.before, c.after",
                      "JOIN revision_changes c ON c.number = r.number WHERE c.kind = ?1 AND c.name = ?2 AND "
                      "(?3 = 0 OR c.number < ?3) ORDER BY c.number DESC LIMIT ?4")));
    select.bind(1, to_string(kind)).bind(2, name).bind(3, before).bind(4, static_cast<std::int64_t>(limit));
    return each(select, [&] {
      found.push_back({read_summary(select), change_of(to_string(kind), name, select.text(9), select.text(10))});
    });
  }));
  return found;
}

Result<RevisionLog::Since> SqliteRevisions::since(Revision number) {
  Since since;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(
        sql::Statement counts,
        connection.prepare("SELECT (SELECT revision FROM artifact_revision), (SELECT count(*) FROM revisions "
                           "WHERE number > ?1)"));
    SG_TRY(counts.bind(1, number).step());
    since.newest = counts.integer(0);
    since.kept = counts.integer(1);
    // The columns beside min() are those of its row.
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare("SELECT kind, name, before, after, min(number) FROM revision_changes WHERE "
                                     "number > ?1 GROUP BY kind, name ORDER BY kind, name"));
    select.bind(1, number);
    return each(select, [&] {
      since.first.push_back(change_of(select.view(0), select.text(1), select.text(2), select.text(3)));
    });
  }));
  return since;
}

}  // namespace sealgate::store
