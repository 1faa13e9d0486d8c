#pragma once
// Sealed credentials on SQLite: one row each.

#include "credentials/storage.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteCredentials final : public credentials::Storage {
 public:
  /// `database` must outlive it.
  explicit SqliteCredentials(sql::Database& database) : database_(database) {}
  Result<credentials::Contents> read(const credentials::Selection& selection) override;
  Result<std::vector<credentials::SealedRecord>> older(std::int64_t generation, std::size_t limit) override;
  Result<std::vector<std::pair<std::string, std::int64_t>>> count_mappings() override;
  Result<bool> change(const credentials::Change& change) override;

 private:
  sql::Database& database_;
};

// Rows, also for who copies a whole store.
inline constexpr std::string_view kCredentialColumns = "kind, application, name, place, generation, sealed, changed";
credentials::SealedRecord read_credential(const sql::Statement& row);
Result<> read_secrets(sql::Connection& connection, std::vector<credentials::WrappedSecret>& secrets);
Result<> put_credential(sql::Connection& connection, const credentials::SealedRecord& record);
Result<> put_secret(sql::Connection& connection, const credentials::WrappedSecret& secret);

}  // namespace sealgate::store
