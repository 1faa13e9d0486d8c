#pragma once
// A store on PostgreSQL: everything of a group in one schema of a database, for many processes at once.
//
// Bodies and statements hold the database, so they may outlive the store.

#include "store/common/store.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresStore : public Store {
 public:
  /// store.bad-url, store.cannot-open, store.connection-lost, store.too-new. The tracking log's key file lies in
  /// the data folder of the location.
  static Result<std::unique_ptr<PostgresStore>> open(const StoreLocation& location);
  virtual Database& database() = 0;
  /// Other processes are heard at once; else work of theirs is found within a quarter of a second.
  virtual bool is_listening() const = 0;
};

}  // namespace sealgate::store::postgres
