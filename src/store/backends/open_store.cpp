#include "store/backends/open_store.h"

#include "store/common/errors.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

Result<std::unique_ptr<Store>> open_store(const StoreLocation& location, const Clock& clock) {
  if (location.url.empty() || location.url == "sqlite") {
    StoreOptions options;
    options.data = location.data;
    options.access = location.access;
    options.create = location.create;
    options.instance = location.instance;
    if (location.access == Access::Tool) options.readers = 1;
    SG_TRY_ASSIGN(auto store, SqliteStore::open(options, clock));
    return std::unique_ptr<Store>(std::move(store));
  }
  if (postgres::is_address(location.url)) {
    SG_TRY_ASSIGN(auto store, postgres::PostgresStore::open(location));
    return std::unique_ptr<Store>(std::move(store));
  }
  // Not repeated: a mistyped address may hold a password.
  return fail(kBadUrl, "the address names no store", "--store", "write sqlite or postgresql://USER@HOST/DATABASE");
}

}  // namespace sealgate::store
