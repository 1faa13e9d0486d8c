#pragma once
// Walking the chain from its cut to its head.

#include "store/common/tracking/block.h"
#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

/// What the next link must begin with.
struct Link {
  std::int64_t number = 1;
  std::int64_t first = 1;
  Bytes previous = no_hash();
  static Link after(const Cut& cut);
  static Link after(const messaging::TrackingSeal& seal);
};

/// What is wrong with this link as the next one, in one sentence; empty when it holds.
std::string fault_of(const Link& expected, const messaging::TrackingSeal& seal, const Unpacked& records);

/// As messaging::TrackingLog::sealed_record().
Result<std::optional<messaging::SealedRecord>> find_sealed(TrackingRows& rows, std::int64_t sequence);

/// As messaging::TrackingLog::verify().
Result<messaging::Verification> verify_chain(TrackingStorage& storage, const Bytes& anchor,
                                             const std::function<bool(std::int64_t)>& progress);

}  // namespace sealgate::store::tracking
