#include "store/postgres/postgres_credentials.h"

#include <algorithm>

#include "store/common/commit_point.h"
#include "store/postgres/box_change.h"

namespace sealgate::store::postgres {

using namespace credentials;

namespace {

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

std::string select_where(std::string_view condition) {
  return "SELECT " + std::string(kCredentialColumns) + " FROM credential_records WHERE " + std::string(condition);
}

/// Columns for unnest().
class KeyArrays {
 public:
  void add(const RecordKey& key) {
    kinds_.push_back(to_string(key.kind));
    applications_.emplace_back(key.application);
    names_.push_back(as_bytes(key.name));
  }
  Parameters parameters() const {
    Parameters parameters;
    parameters.add(std::span(kinds_)).add(std::span(applications_)).add(std::span(names_));
    return parameters;
  }

 private:
  std::vector<std::string_view> kinds_;
  std::vector<std::string_view> applications_;
  std::vector<ByteView> names_;
};

/// The records that a selection means, in one statement.
Result<Rows> select(Connection& connection, const Selection& selection) {
  constexpr std::string_view kOrder = " ORDER BY kind, application, place, name";
  std::string condition = "kind IN ('system', 'ticket-key')";
  if (!selection.application) {
    condition += " OR kind = 'application'";
    return connection.run(select_where(condition + std::string(kOrder)));
  }
  condition += " OR (kind = 'application' AND application = $1) OR (kind = 'mapping' AND application = $1";
  Parameters parameters;
  parameters.add(std::string_view(*selection.application));
  std::vector<ByteView> names;
  if (selection.names) {
    for (const std::string& name : *selection.names) names.push_back(as_bytes(name));
    parameters.add(std::span<const ByteView>(names));
    condition += " AND name = ANY($2)";
  }
  return connection.run(select_where(condition + ")" + std::string(kOrder)), std::move(parameters));
}

Result<bool> records_hold(Connection& connection, const Change& change) {
  if (change.expected.empty()) return true;
  KeyArrays keys;
  std::vector<std::optional<ByteView>> sealed;
  for (const auto& expected : change.expected) {
    keys.add(expected.key);
    sealed.push_back(expected.sealed ? std::optional<ByteView>(*expected.sealed) : std::nullopt);
  }
  Parameters parameters = keys.parameters();
  parameters.add(std::span<const std::optional<ByteView>>(sealed));
  SG_TRY_ASSIGN(const Rows rows,
                connection.run("SELECT count(*)::bigint FROM unnest($1, $2, $3, $4) AS e (kind, application, name, "
                               "sealed) LEFT JOIN credential_records r ON (r.kind, r.application, r.name) = (e.kind, "
                               "e.application, e.name) WHERE r.sealed IS DISTINCT FROM e.sealed",
                               std::move(parameters)));
  return rows.integer(0, 0) == 0;
}

Result<bool> holds(Connection& connection, const Change& change) {
  SG_TRY_ASSIGN(const auto secrets, read_secrets(connection));
  if ((secrets.empty() ? 0 : secrets.back().generation) != change.newest) return false;
  for (const WrappedSecret& expected : change.expected_secrets) {
    if (std::ranges::find(secrets, expected) == secrets.end()) return false;
  }
  SG_TRY_ASSIGN(const bool as_expected, records_hold(connection, change));
  if (!as_expected || change.oldest == 0) return as_expected;
  Parameters parameters;
  parameters.add(change.oldest);
  SG_TRY_ASSIGN(const Rows rows,
                connection.run("SELECT 1::bigint FROM credential_records WHERE generation < $1 LIMIT 1",
                               std::move(parameters)));
  return rows.empty();
}

Result<> remove(Connection& connection, const Change& change) {
  if (!change.remove.empty()) {
    KeyArrays keys;
    for (const RecordKey& key : change.remove) keys.add(key);
    SG_TRY(
        connection.run("DELETE FROM credential_records r USING unnest($1, $2, $3) AS e (kind, application, name) "
                       "WHERE (r.kind, r.application, r.name) = (e.kind, e.application, e.name)",
                       keys.parameters()));
  }
  if (change.remove_application) {
    Parameters parameters;
    parameters.add(std::string_view(*change.remove_application));
    SG_TRY(
        connection.run("DELETE FROM credential_records WHERE kind IN ('application', 'mapping') AND application = $1",
                       std::move(parameters)));
  }
  for (const WrappedSecret& secret : change.remove_secrets) {
    Parameters parameters;
    parameters.add(secret.generation).add(std::string_view(secret.account));
    SG_TRY(connection.run("DELETE FROM credential_secrets WHERE generation = $1 AND account = $2",
                          std::move(parameters)));
  }
  return {};
}

Result<> apply(Connection& connection, const Change& change) {
  SG_TRY(remove(connection, change));
  SG_TRY(put_credentials(connection, change.put));
  for (const WrappedSecret& secret : change.put_secrets) SG_TRY(put_secret(connection, secret));
  if (change.oldest == 0) return {};
  Parameters parameters;
  parameters.add(change.oldest);
  SG_TRY(connection.run("DELETE FROM credential_secrets WHERE generation < $1", std::move(parameters)));
  return {};
}

}  // namespace

std::vector<SealedRecord> read_credentials(const Rows& rows) {
  std::vector<SealedRecord> records(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SealedRecord& record = records[row];
    record.key = {parse_record_kind(rows.text(row, 0)).value_or(RecordKind::Mapping), rows.text(row, 1),
                  std::string(as_text(rows.bytes(row, 2)))};
    record.place = rows.integer(row, 3);
    record.generation = rows.integer(row, 4);
    record.sealed = copy(rows.bytes(row, 5));
    record.changed = time_of(rows.integer(row, 6));
  }
  return records;
}

Result<std::vector<WrappedSecret>> read_secrets(Connection& connection) {
  SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT generation, account, wrapped, made FROM credential_secrets "
                                                "ORDER BY generation, account"));
  std::vector<WrappedSecret> secrets;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    secrets.push_back(
        {rows.integer(row, 0), rows.text(row, 1), copy(rows.bytes(row, 2)), time_of(rows.integer(row, 3))});
  }
  return secrets;
}

Result<> put_credentials(Connection& connection, std::span<const SealedRecord> records) {
  if (records.empty()) return {};
  KeyArrays keys;
  std::vector<std::int64_t> places;
  std::vector<std::int64_t> generations;
  std::vector<ByteView> sealed;
  std::vector<std::int64_t> changed;
  for (const SealedRecord& record : records) {
    keys.add(record.key);
    places.push_back(record.place);
    generations.push_back(record.generation);
    sealed.emplace_back(record.sealed);
    changed.push_back(milliseconds(record.changed));
  }
  Parameters parameters = keys.parameters();
  parameters.add(std::span<const std::int64_t>(places)).add(std::span<const std::int64_t>(generations));
  parameters.add(std::span<const ByteView>(sealed)).add(std::span<const std::int64_t>(changed));
  SG_TRY(
      connection.run("INSERT INTO credential_records (" + std::string(kCredentialColumns) +
                         ") SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, application, name) "
                         "DO UPDATE SET (place, generation, sealed, changed) = (excluded.place, "
                         "excluded.generation, excluded.sealed, excluded.changed)",
                     std::move(parameters)));
  return {};
}

Result<> put_secret(Connection& connection, const WrappedSecret& secret) {
  Parameters parameters;
  parameters.add(secret.generation).add(std::string_view(secret.account)).add(ByteView(secret.wrapped));
  parameters.add(milliseconds(secret.made));
  SG_TRY(
      connection.run("INSERT INTO credential_secrets (generation, account, wrapped, made) VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (generation, account) DO UPDATE SET (wrapped, made) = (excluded.wrapped, "
                     "excluded.made)",
                     std::move(parameters)));
  return {};
}

Result<Contents> PostgresCredentials::read(const Selection& selection) {
  Contents contents;
  SG_TRY(database_.view([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(contents.secrets, read_secrets(connection));
    SG_TRY_ASSIGN(const Rows rows, select(connection, selection));
    contents.records = read_credentials(rows);
    return {};
  }));
  return contents;
}

Result<std::vector<SealedRecord>> PostgresCredentials::older(std::int64_t generation, std::size_t limit) {
  std::vector<SealedRecord> records;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(generation).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection.run(select_where("generation < $1 LIMIT $2"), std::move(parameters)));
    records = read_credentials(rows);
    return {};
  }));
  return records;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> PostgresCredentials::count_mappings() {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT application, count(*)::bigint FROM credential_records "
                                                  "WHERE kind = 'mapping' GROUP BY application"));
    counts.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) counts.emplace_back(rows.text(row, 0), rows.integer(row, 1));
    return {};
  }));
  return counts;
}

Result<bool> PostgresCredentials::change(const Change& change) {
  bool changed = false;
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    // One change at a time, so that each sees the one before; who reads is not held up.
    SG_TRY(connection.run("LOCK TABLE credential_secrets IN SHARE ROW EXCLUSIVE MODE"));
    SG_TRY_ASSIGN(changed, holds(connection, change));
    return changed ? apply(connection, change) : Result<>();
  }));
  if (changed) commit_point("credentials.changed");
  return changed;
}

}  // namespace sealgate::store::postgres
