#pragma once
// Body tracking: a port says at which points contents are kept, encrypted, for later proof. A content is durable
// before the commit of the record that mentions it. What no record came to mention is swept a day later.

#include "messaging/message.h"
#include "messaging/tracking_log.h"

namespace sealgate::hosts {

/// At most so many parts of one message are kept, the body among them.
inline constexpr std::size_t kMaximumTrackedParts = 40;

/// Keeps the content and adds ("body.POINT", its SHA-256) to the details. `log` is null where there is none (tests):
/// then nothing happens. An error means that the message must not go on.
Result<> keep_body(messaging::TrackingLog* log, std::string_view point, const messaging::Body& body, Time now,
                   messaging::TrackingDetails& details);
/// The body first, then the other parts.
Result<> keep_parts(messaging::TrackingLog* log, std::string_view point, const messaging::Message& message, Time now,
                    messaging::TrackingDetails& details);

}  // namespace sealgate::hosts
