#include "store/postgres/postgres_access.h"

#include "store/common/commit_point.h"
#include "store/postgres/box_change.h"

namespace sealgate::store::postgres {

using namespace access;

namespace {

std::string select_records(std::string_view condition) {
  return "SELECT " + std::string(kAccessColumns) + " FROM access_records WHERE " + std::string(condition);
}

std::string select_audit(std::string_view condition) {
  return "SELECT " + std::string(kAuditColumns) + " FROM audit_log " + std::string(condition);
}

Result<std::optional<Record>> find_record(Connection& connection, const RecordKey& key) {
  Parameters parameters;
  parameters.add(to_string(key.kind)).add(std::string_view(key.id));
  SG_TRY_ASSIGN(const Rows rows, connection.run(select_records("kind = $1 AND id = $2"), std::move(parameters)));
  auto found = read_access(rows);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<bool> holds(Connection& connection, const Change& change) {
  for (const auto& [key, content] : change.expected) {
    SG_TRY_ASSIGN(const auto found, find_record(connection, key));
    if (found.has_value() != content.has_value() || (found && found->content != *content)) return false;
  }
  return true;
}

/// One change at a time, so that each sees the one before and the log is one chain; who reads is not held up.
Result<> lock_audit(Connection& connection) {
  SG_TRY(connection.run("LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE"));
  return {};
}

Result<AuditEntry> last_audit(Connection& connection) {
  SG_TRY_ASSIGN(const Rows rows, connection.run(select_audit("ORDER BY sequence DESC LIMIT 1")));
  auto found = read_audit(rows);
  return found.empty() ? AuditEntry() : std::move(found.front());
}

Result<> apply(Connection& connection, const Change& change) {
  for (const RecordKey& key : change.remove) {
    Parameters parameters;
    parameters.add(to_string(key.kind)).add(std::string_view(key.id));
    SG_TRY(connection.run("DELETE FROM access_records WHERE kind = $1 AND id = $2", std::move(parameters)));
  }
  for (const Change::Owned& owned : change.remove_owned) {
    Parameters parameters;
    parameters.add(to_string(owned.kind)).add(std::string_view(owned.owner));
    SG_TRY(connection.run("DELETE FROM access_records WHERE kind = $1 AND owner = $2", std::move(parameters)));
  }
  for (const Record& record : change.put) SG_TRY(put_access(connection, record));
  return append_audit(connection, change.audit);
}

}  // namespace

std::vector<Record> read_access(const Rows& rows) {
  std::vector<Record> records(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Record& record = records[row];
    record.key = {parse_record_kind(rows.text(row, 0)).value_or(RecordKind::Attempt), rows.text(row, 1)};
    record.owner = rows.text(row, 2);
    if (!rows.is_null(row, 3)) record.until = time_of(rows.integer(row, 3));
    record.content = rows.text(row, 4);
  }
  return records;
}

Result<> put_access(Connection& connection, const Record& record) {
  Parameters parameters;
  parameters.add(to_string(record.key.kind)).add(std::string_view(record.key.id)).add(std::string_view(record.owner));
  parameters.add(record.until ? std::optional(milliseconds(*record.until)) : std::nullopt);
  parameters.add(std::string_view(record.content));
  SG_TRY(connection.run("INSERT INTO access_records (" + std::string(kAccessColumns) +
                            ") VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, id) DO UPDATE SET (owner, until, "
                            "content) = (excluded.owner, excluded.until, excluded.content)",
                        std::move(parameters)));
  return {};
}

std::vector<AuditEntry> read_audit(const Rows& rows) {
  std::vector<AuditEntry> entries;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const ByteView hash = rows.bytes(row, 2);
    entries.push_back({rows.integer(row, 0), rows.text(row, 1), Bytes(hash.begin(), hash.end())});
  }
  return entries;
}

Result<> put_audit(Connection& connection, std::span<const AuditEntry> entries) {
  std::vector<std::int64_t> sequences;
  std::vector<std::string_view> records;
  std::vector<ByteView> hashes;
  for (const AuditEntry& entry : entries) {
    sequences.push_back(entry.sequence);
    records.emplace_back(entry.record);
    hashes.emplace_back(entry.hash);
  }
  Parameters parameters;
  parameters.add(std::span<const std::int64_t>(sequences)).add(std::span<const std::string_view>(records));
  parameters.add(std::span<const ByteView>(hashes));
  SG_TRY(connection.run("INSERT INTO audit_log (" + std::string(kAuditColumns) + ") SELECT * FROM unnest($1, $2, $3)",
                        std::move(parameters)));
  return {};
}

Result<> append_audit(Connection& connection, const std::vector<AuditRecord>& records) {
  if (records.empty()) return {};
  SG_TRY(lock_audit(connection));
  SG_TRY_ASSIGN(const AuditEntry last, last_audit(connection));
  std::vector<AuditEntry> entries;
  for (const AuditRecord& record : records) {
    SG_TRY_ASSIGN(AuditEntry next, chain(entries.empty() ? last : entries.back(), encode(record)));
    entries.push_back(std::move(next));
  }
  return put_audit(connection, entries);
}

Result<std::optional<Record>> PostgresAccess::find(const RecordKey& key) {
  std::optional<Record> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(found, find_record(connection, key));
    return {};
  }));
  return found;
}

Result<std::vector<Record>> PostgresAccess::list(RecordKind kind, const std::string& owner, const std::string& after,
                                                 std::size_t limit) {
  std::vector<Record> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(to_string(kind)).add(std::string_view(after)).add(std::string_view(owner));
    parameters.add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection.run(select_records("kind = $1 AND id > $2 AND ($3 = '' OR owner = $3) "
                                                                 "ORDER BY id LIMIT $4"),
                                                  std::move(parameters)));
    found = read_access(rows);
    return {};
  }));
  return found;
}

Result<std::uint64_t> PostgresAccess::count(RecordKind kind, const std::string& owner) {
  std::int64_t count = 0;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(to_string(kind)).add(std::string_view(owner));
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT count(*)::bigint FROM access_records WHERE kind = $1 AND "
                                                  "($2 = '' OR owner = $2)",
                                                  std::move(parameters)));
    count = rows.integer(0, 0);
    return {};
  }));
  return static_cast<std::uint64_t>(count);
}

Result<bool> PostgresAccess::change(const Change& change) {
  bool changed = false;
  SG_TRY(database_.write([&](Connection& connection) -> Result<> {
    SG_TRY(lock_audit(connection));
    SG_TRY_ASSIGN(changed, holds(connection, change));
    return changed ? apply(connection, change) : Result<>();
  }));
  if (changed) commit_point("access.changed");
  return changed;
}

Result<> PostgresAccess::purge(Time now) {
  return database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(milliseconds(now));
    SG_TRY(connection.run("DELETE FROM access_records WHERE until <= $1", std::move(parameters)));
    return {};
  });
}

Result<AuditEntry> PostgresAccess::audit_head() {
  AuditEntry head;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(head, last_audit(connection));
    return {};
  }));
  return head;
}

Result<std::vector<AuditEntry>> PostgresAccess::audit(std::int64_t from, bool downwards, std::size_t limit) {
  std::vector<AuditEntry> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(from).add(static_cast<std::int64_t>(limit));
    const std::string query = select_audit(downwards ? "WHERE $1 = 0 OR sequence < $1 ORDER BY sequence DESC LIMIT $2"
                                                     : "WHERE sequence > $1 ORDER BY sequence LIMIT $2");
    SG_TRY_ASSIGN(const Rows rows, connection.run(query, std::move(parameters)));
    found = read_audit(rows);
    return {};
  }));
  return found;
}

}  // namespace sealgate::store::postgres
