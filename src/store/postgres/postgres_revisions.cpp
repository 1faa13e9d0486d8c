#include "store/postgres/postgres_revisions.h"

#include "store/common/artifact_changes.h"
#include "store/postgres/box_change.h"

namespace sealgate::store::postgres {

using namespace artifacts;

namespace {

constexpr std::string_view kColumns =
    "r.number, r.at, r.who, r.address, r.origin, r.comment, r.restores, r.changes, r.about";

std::string select_revisions(std::string_view more, std::string_view rest) {
  return "SELECT " + std::string(kColumns) + std::string(more) + " FROM revisions r " + std::string(rest);
}

RevisionSummary read_summary(const Rows& rows, std::size_t row) {
  RevisionSummary summary;
  summary.number = rows.integer(row, 0);
  summary.at = time_of(rows.integer(row, 1));
  summary.who = rows.text(row, 2);
  summary.address = rows.text(row, 3);
  summary.origin = parse_origin(rows.text(row, 4));
  summary.comment = rows.text(row, 5);
  if (!rows.is_null(row, 6)) summary.restores = rows.integer(row, 6);
  summary.changes = static_cast<std::size_t>(rows.integer(row, 7));
  summary.about = rows.text(row, 8);
  return summary;
}

std::vector<RevisionSummary> read_summaries(const Rows& rows) {
  std::vector<RevisionSummary> found;
  for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(read_summary(rows, row));
  return found;
}

std::vector<Change> read_all_changes(const Rows& rows) {
  std::vector<Change> found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back(change_of(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3)));
  }
  return found;
}

constexpr std::string_view kFits =
    "WHERE ($1 = 0 OR r.number < $1) AND ($2 = '' OR r.who = $2 OR starts_with(r.who, $2 || '/')) AND "
    "(($3 = '' AND $4 = '') OR EXISTS (SELECT 1 FROM revision_changes c WHERE c.number = r.number AND "
    "($3 = '' OR c.kind = $3) AND ($4 = '' OR c.name = $4))) ORDER BY r.number DESC LIMIT $5";

}  // namespace

Result<std::optional<RevisionSummary>> find_revision(Connection& connection, Revision number) {
  Parameters parameters;
  parameters.add(number);
  SG_TRY_ASSIGN(const Rows rows, connection.run(select_revisions("", "WHERE r.number = $1"), std::move(parameters)));
  return rows.empty() ? std::nullopt : std::optional(read_summary(rows, 0));
}

Result<std::vector<Change>> read_changes(Connection& connection, Revision number, const ArtifactKey& after,
                                         std::size_t limit) {
  Parameters parameters;
  parameters.add(number).add(std::string_view(after.kind)).add(std::string_view(after.name));
  parameters.add(static_cast<std::int64_t>(limit));
  SG_TRY_ASSIGN(const Rows rows,
                connection.run("SELECT kind, name, before, after FROM revision_changes WHERE number = $1 AND "
                               "(kind, name) > ($2, $3) ORDER BY kind, name LIMIT $4",
                               std::move(parameters)));
  return read_all_changes(rows);
}

Result<> put_revision(Connection& connection, const RevisionSummary& revision, const std::vector<Change>& changes) {
  Parameters put;
  put.add(revision.number).add(milliseconds(revision.at)).add(std::string_view(revision.who));
  put.add(std::string_view(revision.address)).add(to_string(revision.origin));
  put.add(std::string_view(revision.comment)).add(revision.restores).add(static_cast<std::int64_t>(revision.changes));
  put.add(std::string_view(revision.about));
  SG_TRY(connection.run("INSERT INTO revisions VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", std::move(put)));
  std::vector<std::string_view> kinds;
  std::vector<std::string_view> names;
  std::vector<std::string_view> before;
  std::vector<std::string_view> after;
  for (const Change& change : changes) {
    kinds.push_back(to_string(change.kind));
    names.emplace_back(change.name);
    before.emplace_back(change.before);
    after.emplace_back(change.after);
  }
  Parameters add;
  add.add(revision.number);
  for (const auto* texts : {&kinds, &names, &before, &after}) add.add(std::span<const std::string_view>(*texts));
  SG_TRY(connection.run("INSERT INTO revision_changes SELECT $1, * FROM unnest($2, $3, $4, $5)", std::move(add)));
  return {};
}

Result<> prune_revisions(Connection& connection, Revision first) {
  for (const char* table : {"revision_changes", "revisions"}) {
    Parameters parameters;
    parameters.add(first);
    SG_TRY(connection.run("DELETE FROM " + std::string(table) + " WHERE number < $1", std::move(parameters)));
  }
  return {};
}

Result<std::vector<RevisionSummary>> PostgresRevisions::list(const RevisionFilter& filter, Revision before,
                                                             std::size_t limit) {
  std::vector<RevisionSummary> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(before).add(std::string_view(filter.who));
    parameters.add(filter.kind ? to_string(*filter.kind) : std::string_view()).add(std::string_view(filter.name));
    parameters.add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection.run(select_revisions("", kFits), std::move(parameters)));
    found = read_summaries(rows);
    return {};
  }));
  return found;
}

Result<std::optional<RevisionSummary>> PostgresRevisions::find(Revision number) {
  std::optional<RevisionSummary> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, find_revision(connection, number));
    return {};
  }));
  return found;
}

Result<std::vector<Change>> PostgresRevisions::changes(Revision number, const ArtifactKey& after, std::size_t limit) {
  std::vector<Change> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, read_changes(connection, number, after, limit));
    return {};
  }));
  return found;
}

Result<std::vector<KeptChange>> PostgresRevisions::history(Kind kind, const std::string& name, Revision before,
                                                           std::size_t limit) {
  std::vector<KeptChange> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(to_string(kind)).add(std::string_view(name)).add(before).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows,
                  connection.run(select_revisions(", c.before, c.after",
                                                  "JOIN revision_changes c ON c.number = r.number WHERE c.kind = $1 "
                                                  "AND c.name = $2 AND ($3 = 0 OR c.number < $3) ORDER BY c.number "
                                                  "DESC LIMIT $4"),
                                 std::move(parameters)));
    found.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      found.push_back(
          {read_summary(rows, row), change_of(to_string(kind), name, rows.text(row, 9), rows.text(row, 10))});
    }
    return {};
  }));
  return found;
}

Result<RevisionLog::Since> PostgresRevisions::since(Revision number) {
  Since since;
  SG_TRY(database_.view([&](Connection& connection) -> Result<> {
    Parameters newer;
    newer.add(number);
    SG_TRY_ASSIGN(const Rows counts,
                  connection.run("SELECT (SELECT revision FROM artifact_revision), (SELECT count(*)::bigint FROM "
                                 "revisions WHERE number > $1)",
                                 std::move(newer)));
    since.newest = counts.integer(0, 0);
    since.kept = counts.integer(0, 1);
    Parameters parameters;
    parameters.add(number);
    SG_TRY_ASSIGN(const Rows rows,
                  connection.run("SELECT DISTINCT ON (kind, name) kind, name, before, after FROM revision_changes "
                                 "WHERE number > $1 ORDER BY kind, name, number",
                                 std::move(parameters)));
    since.first = read_all_changes(rows);
    return {};
  }));
  return since;
}

}  // namespace sealgate::store::postgres
