#pragma once
// Users, sessions, tokens and the audit log on SQLite: one row each.

#include "access/storage.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteAccess final : public access::Storage {
 public:
  /// `database` must outlive it.
  explicit SqliteAccess(sql::Database& database) : database_(database) {}
  Result<std::optional<access::Record>> find(const access::RecordKey& key) override;
  Result<std::vector<access::Record>> list(access::RecordKind kind, const std::string& owner,
                                           const std::string& after, std::size_t limit) override;
  Result<std::uint64_t> count(access::RecordKind kind, const std::string& owner) override;
  Result<bool> change(const access::Change& change) override;
  Result<> purge(Time now) override;
  Result<access::AuditEntry> audit_head() override;
  Result<std::vector<access::AuditEntry>> audit(std::int64_t from, bool downwards, std::size_t limit) override;

 private:
  sql::Database& database_;
};

// Rows, also for who copies a whole store.
inline constexpr std::string_view kAccessColumns = "kind, id, owner, until, content";
access::Record read_access(const sql::Statement& row);
Result<> put_access(sql::Connection& connection, const access::Record& record);
inline constexpr std::string_view kAuditColumns = "sequence, record, hash";
access::AuditEntry read_audit(const sql::Statement& row);
Result<> put_audit(sql::Connection& connection, const access::AuditEntry& entry);
/// At the end of the chain, within the transaction of what they tell of.
Result<> append_audit(sql::Connection& connection, const std::vector<access::AuditRecord>& records);

}  // namespace sealgate::store
