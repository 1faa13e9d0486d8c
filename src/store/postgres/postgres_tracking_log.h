#pragma once
// The tables of the tracking log on PostgreSQL.
//
// Transactions commit in another order than they draw their sequence numbers, and what is drawn first may become
// visible last. So the order of the log is that of (transaction id, sequence number), and the sealer only takes
// records of transactions before the oldest one that still runs: nothing can appear before those any more. Ids from a
// time before the database was restored from a dump are larger than any that was drawn since: they are settled too.

#include "store/common/tracking/tracking_rows.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class PostgresTrackingStorage final : public tracking::TrackingStorage {
 public:
  /// `database` must outlive it.
  explicit PostgresTrackingStorage(Database& database) : database_(database) {}
  /// In one snapshot.
  Result<> read(const Job& job) override;
  Result<> write(const Job& job) override;

 private:
  Database& database_;
};

}  // namespace sealgate::store::postgres
