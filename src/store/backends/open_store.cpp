#include "store/backends/open_store.h"

#include "store/common/errors.h"
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
  return fail(kBadUrl, "'" + location.url + "' names no store", "--store", "write sqlite");
}

}  // namespace sealgate::store
