#pragma once
// Reading and filling a SQLite store as a whole (store/common/store_contents.h).

#include "store/common/store_contents.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

/// Both must outlive what they are given to.
std::unique_ptr<StoreReader> make_sqlite_reader(sql::Database& database, const BodySpool& spool);
/// store.not-empty.
Result<std::unique_ptr<StoreWriter>> make_sqlite_writer(sql::Database& database, BodySpool& spool);

}  // namespace sealgate::store
