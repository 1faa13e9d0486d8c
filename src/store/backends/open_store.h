#pragma once
// The one place that knows which backends there are.

#include "store/common/store.h"

namespace sealgate::store {

/// Opens the store that the location names. `clock` must outlive it. store.bad-url for an address of no backend;
/// store.cannot-open, store.already-serving, store.too-new, store.corrupt.
Result<std::unique_ptr<Store>> open_store(const StoreLocation& location, const Clock& clock);

}  // namespace sealgate::store
