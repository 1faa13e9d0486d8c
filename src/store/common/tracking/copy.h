#pragma once
// Moving a tracking log to another store: seals, cuts, records that are not sealed yet, tracked bodies. The chain
// stays what it was, so its hashes prove the copy.

#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

/// `target` must be empty, and nothing else may use the two meanwhile. Tracked bodies stay sealed: the tracking key
/// goes with the data folder.
Result<> copy_log(TrackingStorage& source, TrackingStorage& target);

}  // namespace sealgate::store::tracking
