#pragma once
// Looking through the log: sealed blocks by their filters, and the tail that is not sealed yet.

#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

Result<messaging::TrackingPage> search(TrackingRows& rows, const messaging::TrackingQuery& query);
Result<std::vector<messaging::TrackingRecord>> journey(TrackingRows& rows, const messaging::MessageId& message);

}  // namespace sealgate::store::tracking
