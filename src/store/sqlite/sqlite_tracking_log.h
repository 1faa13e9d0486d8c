#pragma once
// The tables of the tracking log on SQLite.

#include "store/common/tracking/tracking_rows.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

class SqliteTrackingStorage final : public tracking::TrackingStorage {
 public:
  /// `database` must outlive it.
  explicit SqliteTrackingStorage(sql::Database& database) : database_(database) {}
  Result<> read(const Job& job) override;
  Result<> write(const Job& job) override;

 private:
  sql::Database& database_;
};

}  // namespace sealgate::store
