#pragma once
// What becomes of a message that is accepted, and of the work that led to it: the same in every store.
//
// `Change` is the store's own transaction over work (BoxChange of each backend): held(claim), find(work),
// log(event, row, details), end(row, state), suspend(row, failure), postpone(row, until).

#include <vector>

#include "messaging/errors.h"
#include "messaging/message_box.h"
#include "store/common/commit_point.h"
#include "store/common/tracked.h"

namespace sealgate::store {

/// What a publication becomes beside its rows.
struct Plan {
  std::vector<messaging::Delivery> work = {};
  messaging::TrackingEvent event = messaging::TrackingEvent::Received;
  messaging::TrackingDetails details = {};
};
/// Each delivery with an id. Without a delivery the message is unroutable: suspended work of `receive_port` that says
/// so. Moves deliveries and details out of the publication.
Result<Plan> plan_of(messaging::Publication& publication, const std::string& receive_port, Time now);

/// Ends the work whose claim led to a publication. messaging.lease-lost.
template <typename Change>
Result<> settle(Change& change, const messaging::Settlement& settlement) {
  SG_TRY_ASSIGN(const auto work, change.held(settlement.claim));
  messaging::TrackingDetails details = settlement.tracking;
  if (!settlement.suspends) {
    change.log(settlement.event.value_or(event_of_completion(work.kind)), work, std::move(details));
    return change.end(work, messaging::WorkState::Completed);
  }
  add_failure(details, *settlement.suspends);
  change.log(messaging::TrackingEvent::Suspended, work, std::move(details));
  return change.suspend(work, *settlement.suspends);
}

/// False: the work has ended, or is not there.
template <typename Change>
Result<bool> resolve(Change& change, const messaging::Resolution& resolution) {
  using Outcome = messaging::Resolution::Outcome;
  auto work = change.find(resolution.work);
  if (!work && work.error().code == messaging::kNoSuchWork) return false;
  if (!work) return fail(std::move(work).error());
  if (!can_resolve(work->state, work->resumable, resolution.outcome)) return false;
  messaging::TrackingDetails details = resolution.tracking;
  switch (resolution.outcome) {
    case Outcome::Completes:
      change.log(event_of_completion(work->kind), *work, std::move(details));
      SG_TRY(change.end(*work, messaging::WorkState::Completed));
      break;
    case Outcome::Suspends:
      add_failure(details, resolution.failure);
      change.log(messaging::TrackingEvent::Suspended, *work, std::move(details));
      SG_TRY(change.suspend(*work, resolution.failure));
      break;
    case Outcome::Waits:
      SG_TRY(change.postpone(*work, resolution.until));
      break;
  }
  commit_point("publish.resolved");
  return true;
}

}  // namespace sealgate::store
