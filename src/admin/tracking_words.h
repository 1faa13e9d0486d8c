#pragma once
// The tracking log as people look at it: journeys, searches over several pages, steps in words.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "messaging/tracking_log.h"

namespace sealgate::admin {

/// What happened in this step, in words: "file order.xml, 1234 bytes, signed by CN=Contoso (ok), for Out".
std::string describe_step(const messaging::TrackingRecord& record);

/// As in archives of the log, with the step in "words".
nlohmann::ordered_json step_json(const messaging::TrackingRecord& record);

/// Up to `limit` records, over as many pages as it takes.
Result<std::vector<messaging::TrackingRecord>> find_records(messaging::TrackingLog& log,
                                                            messaging::TrackingQuery query, std::size_t limit);

/// Of the message, or of the message that the delivery of this id belongs to. messaging.no-such-message.
Result<std::vector<messaging::TrackingRecord>> find_journey(messaging::TrackingLog& log, const std::string& id);

}  // namespace sealgate::admin
