#pragma once
// Memos on PostgreSQL: one row each.

#include "store/common/memos.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresMemos final : public Memos {
 public:
  /// `database` must outlive it.
  explicit PostgresMemos(Database& database) : database_(database) {}
  Result<std::vector<Memo>> list(const std::string& prefix) override;
  Result<> put(const Memo& memo) override;
  Result<> forget(const std::string& prefix, Time before) override;

 private:
  Database& database_;
};

}  // namespace sealgate::store::postgres
