#pragma once
// The tracking log over any TrackingStorage.

#include <filesystem>
#include <memory>

#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

/// Refers to `storage`, which must outlive it. `key_file` wraps the keys of tracked bodies: it is made when the first
/// body is stored, under the rules of account_key_file.h.
std::unique_ptr<messaging::TrackingLog> make_tracking_log(TrackingStorage& storage, std::filesystem::path key_file);

/// DATA/keys/tracking.key.
std::filesystem::path tracking_key_path(const std::filesystem::path& data);

}  // namespace sealgate::store::tracking
