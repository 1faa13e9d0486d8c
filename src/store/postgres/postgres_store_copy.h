#pragma once
// Reading and filling a store on PostgreSQL as a whole (store/common/store_contents.h).

#include <memory>

#include "store/common/store_contents.h"
#include "store/postgres/postgres_body.h"

namespace sealgate::store::postgres {

/// One view from its first read on.
std::unique_ptr<StoreReader> make_postgres_reader(std::shared_ptr<Database> database);
/// store.not-empty.
Result<std::unique_ptr<StoreWriter>> make_postgres_writer(std::shared_ptr<BodyStage> stage);

}  // namespace sealgate::store::postgres
