#pragma once
// Records and seals as JSON, in archives and on the command line. From it the stored form and so the hashes can be
// made again: see docs/tracking.md.

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "messaging/tracking_log.h"

namespace sealgate::store::tracking {

nlohmann::ordered_json record_json(const messaging::TrackingRecord& record);
nlohmann::ordered_json seal_json(const messaging::TrackingSeal& seal);

/// Empty for anything else than record_json() makes.
std::optional<messaging::TrackingRecord> parse_record(const nlohmann::ordered_json& json);
/// Without the times of its records and its bytes, which are not part of the chain.
std::optional<messaging::TrackingSeal> parse_seal(const nlohmann::ordered_json& json);

}  // namespace sealgate::store::tracking
