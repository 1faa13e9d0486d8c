#include "store/sqlite/sqlite_credentials.h"

#include <algorithm>

#include "store/common/commit_point.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace credentials;

namespace {

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

std::string select_where(std::string_view condition) {
  return "SELECT " + std::string(kCredentialColumns) + " FROM credential_records WHERE " + std::string(condition);
}

Result<> collect(sql::Statement& select, std::vector<SealedRecord>& records) {
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    records.push_back(read_credential(select));
  }
}

Result<> read_applications(sql::Connection& connection, const Selection& selection,
                           std::vector<SealedRecord>& records) {
  if (!selection.application) {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_where("kind = 'application' ORDER BY application")));
    return collect(select, records);
  }
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_where("kind = 'application' AND application = ?1")));
  select.bind(1, *selection.application);
  return collect(select, records);
}

Result<> read_mappings(sql::Connection& connection, const Selection& selection, std::vector<SealedRecord>& records) {
  if (!selection.application) return {};
  if (!selection.names) {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_where("kind = 'mapping' AND application = ?1 ORDER BY place, name")));
    select.bind(1, *selection.application);
    return collect(select, records);
  }
  std::vector<SealedRecord> found;
  for (const std::string& name : *selection.names) {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_where("kind = 'mapping' AND application = ?1 AND name = ?2")));
    select.bind(1, *selection.application).bind(2, name);
    SG_TRY(collect(select, found));
  }
  std::ranges::sort(found, {}, [](const SealedRecord& record) { return std::pair(record.place, record.key.name); });
  for (SealedRecord& record : found) records.push_back(std::move(record));
  return {};
}

Result<bool> holds(sql::Connection& connection, const Change::Expected& expected) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection.prepare(select_where("kind = ?1 AND application = ?2 AND name = ?3")));
  select.bind(1, to_string(expected.key.kind)).bind(2, expected.key.application).bind(3, expected.key.name);
  SG_TRY_ASSIGN(const bool row, select.step());
  if (!row) return !expected.sealed;
  return expected.sealed && read_credential(select).sealed == *expected.sealed;
}

Result<bool> holds(sql::Connection& connection, const Change& change) {
  std::vector<WrappedSecret> secrets;
  SG_TRY(read_secrets(connection, secrets));
  if ((secrets.empty() ? 0 : secrets.back().generation) != change.newest) return false;
  for (const WrappedSecret& expected : change.expected_secrets) {
    if (std::ranges::find(secrets, expected) == secrets.end()) return false;
  }
  for (const auto& expected : change.expected) {
    SG_TRY_ASSIGN(const bool as_expected, holds(connection, expected));
    if (!as_expected) return false;
  }
  if (change.oldest == 0) return true;
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_where("generation < ?1 LIMIT 1")));
  select.bind(1, change.oldest);
  SG_TRY_ASSIGN(const bool row, select.step());
  return !row;
}

Result<> remove(sql::Connection& connection, const Change& change) {
  for (const RecordKey& key : change.remove) {
    SG_TRY_ASSIGN(sql::Statement statement, connection.prepare("DELETE FROM credential_records WHERE kind = ?1 AND "
                                                               "application = ?2 AND name = ?3"));
    SG_TRY(statement.bind(1, to_string(key.kind)).bind(2, key.application).bind(3, key.name).run());
  }
  if (change.remove_application) {
    SG_TRY_ASSIGN(sql::Statement statement, connection.prepare("DELETE FROM credential_records WHERE kind IN "
                                                               "('application', 'mapping') AND application = ?1"));
    SG_TRY(statement.bind(1, *change.remove_application).run());
  }
  for (const WrappedSecret& secret : change.remove_secrets) {
    SG_TRY_ASSIGN(sql::Statement statement,
                  connection.prepare("DELETE FROM credential_secrets WHERE generation = ?1 AND account = ?2"));
    SG_TRY(statement.bind(1, secret.generation).bind(2, secret.account).run());
  }
  return {};
}

Result<> apply(sql::Connection& connection, const Change& change) {
  SG_TRY(remove(connection, change));
  for (const SealedRecord& record : change.put) SG_TRY(put_credential(connection, record));
  for (const WrappedSecret& secret : change.put_secrets) SG_TRY(put_secret(connection, secret));
  if (change.oldest == 0) return {};
  SG_TRY_ASSIGN(sql::Statement statement, connection.prepare("DELETE FROM credential_secrets WHERE generation < ?1"));
  return statement.bind(1, change.oldest).run();
}

}  // namespace

SealedRecord read_credential(const sql::Statement& row) {
  SealedRecord record;
  record.key = {parse_record_kind(row.view(0)).value_or(RecordKind::Mapping), row.text(1), row.text(2)};
  record.place = row.integer(3);
  record.generation = row.integer(4);
  record.sealed = copy(row.bytes(5));
  record.changed = time_of(row.integer(6));
  return record;
}

Result<> read_secrets(sql::Connection& connection, std::vector<WrappedSecret>& secrets) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT generation, account, wrapped, made FROM "
                                                          "credential_secrets ORDER BY generation, account"));
  for (;;) {
    SG_TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    secrets.push_back({select.integer(0), select.text(1), copy(select.bytes(2)), time_of(select.integer(3))});
  }
}

Result<> put_credential(sql::Connection& connection, const SealedRecord& record) {
  SG_TRY_ASSIGN(sql::Statement insert,
                connection.prepare("INSERT OR REPLACE INTO credential_records (" + std::string(kCredentialColumns) +
                                   ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  insert.bind(1, to_string(record.key.kind)).bind(2, record.key.application).bind(3, record.key.name);
  insert.bind(4, record.place).bind(5, record.generation).bind(6, ByteView(record.sealed));
  return insert.bind(7, milliseconds(record.changed)).run();
}

Result<> put_secret(sql::Connection& connection, const WrappedSecret& secret) {
  SG_TRY_ASSIGN(sql::Statement insert,
                connection.prepare("INSERT OR REPLACE INTO credential_secrets (generation, account, wrapped, made) "
                                   "VALUES (?1, ?2, ?3, ?4)"));
  insert.bind(1, secret.generation).bind(2, secret.account).bind(3, ByteView(secret.wrapped));
  return insert.bind(4, milliseconds(secret.made)).run();
}

Result<Contents> SqliteCredentials::read(const Selection& selection) {
  Contents contents;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY(read_secrets(connection, contents.secrets));
    SG_TRY(read_applications(connection, selection, contents.records));
    SG_TRY(read_mappings(connection, selection, contents.records));
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_where("kind IN ('system', 'ticket-key') ORDER BY kind, name")));
    return collect(select, contents.records);
  }));
  return contents;
}

Result<std::vector<SealedRecord>> SqliteCredentials::older(std::int64_t generation, std::size_t limit) {
  std::vector<SealedRecord> records;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_where("generation < ?1 LIMIT ?2")));
    select.bind(1, generation).bind(2, static_cast<std::int64_t>(limit));
    return collect(select, records);
  }));
  return records;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> SqliteCredentials::count_mappings() {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT application, count(*) FROM credential_records "
                                                            "WHERE kind = 'mapping' GROUP BY application"));
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      counts.emplace_back(select.text(0), select.integer(1));
    }
  }));
  return counts;
}

Result<bool> SqliteCredentials::change(const Change& change) {
  bool changed = false;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(changed, holds(connection, change));
    return changed ? apply(connection, change) : Result<>();
  }));
  if (changed) commit_point("credentials.changed");
  return changed;
}

}  // namespace sealgate::store
