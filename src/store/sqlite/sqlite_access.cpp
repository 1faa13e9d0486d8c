#include "store/sqlite/sqlite_access.h"

#include "store/common/commit_point.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

using namespace access;

namespace {

std::string select_records(std::string_view condition) {
  return "SELECT " + std::string(kAccessColumns) + " FROM access_records WHERE " + std::string(condition);
}

std::string select_audit(std::string_view condition) {
  return "SELECT " + std::string(kAuditColumns) + " FROM audit_log " + std::string(condition);
}

Result<std::optional<Record>> find_record(sql::Connection& connection, const RecordKey& key) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_records("kind = ?1 AND id = ?2")));
  SG_TRY_ASSIGN(const bool row, select.bind(1, to_string(key.kind)).bind(2, key.id).step());
  return row ? std::optional(read_access(select)) : std::nullopt;
}

Result<bool> holds(sql::Connection& connection, const Change& change) {
  for (const auto& [key, content] : change.expected) {
    SG_TRY_ASSIGN(const auto found, find_record(connection, key));
    if (found.has_value() != content.has_value() || (found && found->content != *content)) return false;
  }
  return true;
}

Result<AuditEntry> last_audit(sql::Connection& connection) {
  SG_TRY_ASSIGN(sql::Statement select, connection.prepare(select_audit("ORDER BY sequence DESC LIMIT 1")));
  SG_TRY_ASSIGN(const bool row, select.step());
  return row ? read_audit(select) : AuditEntry();
}

Result<> apply(sql::Connection& connection, const Change& change) {
  for (const RecordKey& key : change.remove) {
    SG_TRY_ASSIGN(sql::Statement statement,
                  connection.prepare("DELETE FROM access_records WHERE kind = ?1 AND id = ?2"));
    SG_TRY(statement.bind(1, to_string(key.kind)).bind(2, key.id).run());
  }
  for (const Change::Owned& owned : change.remove_owned) {
    SG_TRY_ASSIGN(sql::Statement statement,
                  connection.prepare("DELETE FROM access_records WHERE kind = ?1 AND owner = ?2"));
    SG_TRY(statement.bind(1, to_string(owned.kind)).bind(2, owned.owner).run());
  }
  for (const Record& record : change.put) SG_TRY(put_access(connection, record));
  return append_audit(connection, change.audit);
}

}  // namespace

Record read_access(const sql::Statement& row) {
  Record record;
  record.key = {parse_record_kind(row.view(0)).value_or(RecordKind::Attempt), row.text(1)};
  record.owner = row.text(2);
  if (!row.is_null(3)) record.until = time_of(row.integer(3));
  record.content = row.text(4);
  return record;
}

Result<> put_access(sql::Connection& connection, const Record& record) {
  SG_TRY_ASSIGN(sql::Statement insert,
                connection.prepare("INSERT OR REPLACE INTO access_records (" + std::string(kAccessColumns) +
                                   ") VALUES (?1, ?2, ?3, ?4, ?5)"));
  insert.bind(1, to_string(record.key.kind)).bind(2, record.key.id).bind(3, record.owner);
  insert.bind(4, record.until ? std::optional(milliseconds(*record.until)) : std::nullopt);
  return insert.bind(5, record.content).run();
}

AuditEntry read_audit(const sql::Statement& row) {
  const ByteView hash = row.bytes(2);
  return {row.integer(0), row.text(1), Bytes(hash.begin(), hash.end())};
}

Result<> put_audit(sql::Connection& connection, const AuditEntry& entry) {
  SG_TRY_ASSIGN(sql::Statement insert,
                connection.prepare("INSERT INTO audit_log (" + std::string(kAuditColumns) + ") VALUES (?1, ?2, ?3)"));
  return insert.bind(1, entry.sequence).bind(2, entry.record).bind(3, ByteView(entry.hash)).run();
}

Result<> append_audit(sql::Connection& connection, const std::vector<AuditRecord>& records) {
  if (records.empty()) return {};
  SG_TRY_ASSIGN(AuditEntry last, last_audit(connection));
  for (const AuditRecord& record : records) {
    SG_TRY_ASSIGN(last, chain(last, encode(record)));
    SG_TRY(put_audit(connection, last));
  }
  return {};
}

Result<std::optional<Record>> SqliteAccess::find(const RecordKey& key) {
  std::optional<Record> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, find_record(connection, key));
    return {};
  }));
  return found;
}

Result<std::vector<Record>> SqliteAccess::list(RecordKind kind, const std::string& owner, const std::string& after,
                                               std::size_t limit) {
  std::vector<Record> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_records("kind = ?1 AND id > ?2 AND (?3 = '' OR owner = ?3) ORDER BY id "
                                                    "LIMIT ?4")));
    select.bind(1, to_string(kind)).bind(2, after).bind(3, owner).bind(4, static_cast<std::int64_t>(limit));
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      found.push_back(read_access(select));
    }
  }));
  return found;
}

Result<std::uint64_t> SqliteAccess::count(RecordKind kind, const std::string& owner) {
  std::int64_t count = 0;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT count(*) FROM access_records WHERE kind = ?1 AND "
                                                            "(?2 = '' OR owner = ?2)"));
    SG_TRY(select.bind(1, to_string(kind)).bind(2, owner).step());
    count = select.integer(0);
    return {};
  }));
  return static_cast<std::uint64_t>(count);
}

Result<bool> SqliteAccess::change(const Change& change) {
  bool changed = false;
  SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(changed, holds(connection, change));
    return changed ? apply(connection, change) : Result<>();
  }));
  if (changed) commit_point("access.changed");
  return changed;
}

Result<> SqliteAccess::purge(Time now) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement statement, connection.prepare("DELETE FROM access_records WHERE until <= ?1"));
    return statement.bind(1, milliseconds(now)).run();
  });
}

Result<AuditEntry> SqliteAccess::audit_head() {
  AuditEntry head;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(head, last_audit(connection));
    return {};
  }));
  return head;
}

Result<std::vector<AuditEntry>> SqliteAccess::audit(std::int64_t from, bool downwards, std::size_t limit) {
  std::vector<AuditEntry> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection.prepare(select_audit(downwards ? "WHERE ?1 = 0 OR sequence < ?1 ORDER BY sequence DESC "
                                                              "LIMIT ?2"
                                                            : "WHERE sequence > ?1 ORDER BY sequence LIMIT ?2")));
    select.bind(1, from).bind(2, static_cast<std::int64_t>(limit));
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      found.push_back(read_audit(select));
    }
  }));
  return found;
}

}  // namespace sealgate::store
