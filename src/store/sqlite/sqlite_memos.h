#pragma once
// Memos on SQLite: one row each.

#include "store/common/memos.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteMemos final : public Memos {
 public:
  /// `database` must outlive it.
  explicit SqliteMemos(sql::Database& database) : database_(database) {}
  Result<std::vector<Memo>> list(const std::string& prefix) override;
  Result<> put(const Memo& memo) override;
  Result<> forget(const std::string& prefix, Time before) override;

 private:
  sql::Database& database_;
};

}  // namespace sealgate::store
