#pragma once
// The host instances that share a PostgreSQL database. The rules are those of every backend
// (store/common/cluster_rules.h).

#include "store/common/cluster_rules.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresCluster final : public ClusterRules {
 public:
  /// Both must outlive it.
  PostgresCluster(Database& database, messaging::MessageBox& box) : ClusterRules(box), database_(database) {}

 protected:
  Result<> write(const Job& job) override;
  Result<> read(const Job& job) override;

 private:
  Database& database_;
};

}  // namespace sealgate::store::postgres
