#include "store/common/tracked.h"

namespace sealgate::store {

using namespace messaging;

TrackingEvent event_of_completion(WorkKind kind) {
  if (kind == WorkKind::Await) return TrackingEvent::Acknowledged;
  const bool goes_out = kind == WorkKind::Send || kind == WorkKind::Respond || kind == WorkKind::Receipt;
  return goes_out ? TrackingEvent::Sent : TrackingEvent::Routed;
}

void add_matched(TrackingDetails& details, const std::vector<Delivery>& deliveries) {
  constexpr std::size_t kNamed = 32;
  std::string ports;
  for (std::size_t i = 0; i < deliveries.size() && i < kNamed; ++i)
    ports += (i == 0 ? "" : ", ") + deliveries[i].port;
  if (deliveries.size() > kNamed) ports += " and " + std::to_string(deliveries.size() - kNamed) + " more";
  details.emplace_back("matched", std::move(ports));
}

void add_failure(TrackingDetails& details, const Failure& failure) {
  details.emplace_back("failure", failure.code);
}

TrackingRecord record_of_suspended(const Delivery& delivery, const MessageId& message, const std::string& party) {
  TrackingRecord record;
  record.message = message;
  record.work = delivery.id;
  record.port = delivery.port;
  record.party = party;
  add_failure(record.details, *delivery.suspended);
  return record;
}

bool can_resolve(WorkState state, bool resumable, Resolution::Outcome outcome) {
  const bool waits = state == WorkState::Scheduled || state == WorkState::Retrying;
  if (outcome == Resolution::Outcome::Waits) return waits;
  return waits || state == WorkState::Ready || state == WorkState::Active ||
         (state == WorkState::Suspended && resumable);
}

}  // namespace sealgate::store
