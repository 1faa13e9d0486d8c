#pragma once
// Sealed credentials on PostgreSQL: one row each.

#include <span>

#include "credentials/storage.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresCredentials final : public credentials::Storage {
 public:
  /// `database` must outlive it.
  explicit PostgresCredentials(Database& database) : database_(database) {}
  Result<credentials::Contents> read(const credentials::Selection& selection) override;
  Result<std::vector<credentials::SealedRecord>> older(std::int64_t generation, std::size_t limit) override;
  Result<std::vector<std::pair<std::string, std::int64_t>>> count_mappings() override;
  Result<bool> change(const credentials::Change& change) override;

 private:
  Database& database_;
};

// Rows, also for who copies a whole store.
inline constexpr std::string_view kCredentialColumns = "kind, application, name, place, generation, sealed, changed";
std::vector<credentials::SealedRecord> read_credentials(const Rows& rows);
Result<std::vector<credentials::WrappedSecret>> read_secrets(Connection& connection);
Result<> put_credentials(Connection& connection, std::span<const credentials::SealedRecord> records);
Result<> put_secret(Connection& connection, const credentials::WrappedSecret& secret);

}  // namespace sealgate::store::postgres
