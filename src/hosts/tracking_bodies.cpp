#include "hosts/tracking_bodies.h"

namespace sealgate::hosts {

Result<> keep_body(messaging::TrackingLog* log, std::string_view point, const messaging::Body& body, Time now,
                   messaging::TrackingDetails& details) {
  if (log == nullptr) return {};
  SG_TRY(log->keep_body(body, now));
  details.emplace_back(std::string(messaging::kTrackedBodyPrefix) + std::string(point), to_hex(body.sha256()));
  return {};
}

Result<> keep_parts(messaging::TrackingLog* log, std::string_view point, const messaging::Message& message, Time now,
                    messaging::TrackingDetails& details) {
  if (const messaging::Part* body = message.body_part()) SG_TRY(keep_body(log, point, *body->body, now, details));
  std::size_t kept = 1;
  for (std::size_t i = 0; i < message.parts.size() && kept < kMaximumTrackedParts; ++i) {
    if (i == message.body_index) continue;
    SG_TRY(keep_body(log, point, *message.parts[i].body, now, details));
    ++kept;
  }
  return {};
}

}  // namespace sealgate::hosts
