#pragma once
// The host instances of a SQLite store: one serving process at a time, so a group of one. The rules are those of
// every backend (store/common/cluster_rules.h).

#include "store/common/cluster_rules.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteCluster final : public ClusterRules {
 public:
  /// Both must outlive it.
  SqliteCluster(sql::Database& database, messaging::MessageBox& box) : ClusterRules(box), database_(database) {}

 protected:
  Result<> write(const Job& job) override;
  Result<> read(const Job& job) override;

 private:
  sql::Database& database_;
};

}  // namespace sealgate::store
