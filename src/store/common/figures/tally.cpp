#include "store/common/figures/tally.h"

#include "messaging/errors.h"
#include "store/common/tracking/message_time.h"

namespace sealgate::store::figures {
namespace {

using messaging::TrackingEvent;
using messaging::TrackingRecord;

/// What an event counts as.
struct Meaning {
  bool came = false, went = false, failed = false, suspended = false;
};

Meaning meaning_of(TrackingEvent event) {
  switch (event) {
    case TrackingEvent::Received:
      return {.came = true};
    case TrackingEvent::Refused:
    case TrackingEvent::Unroutable:
      return {.came = true, .failed = true, .suspended = true};
    case TrackingEvent::Sent:
      return {.went = true};
    case TrackingEvent::Attempted:
      return {.failed = true};
    case TrackingEvent::Suspended:
      return {.failed = true, .suspended = true};
    case TrackingEvent::Routed:
    case TrackingEvent::Resumed:
    case TrackingEvent::Resent:
    case TrackingEvent::Terminated:
    case TrackingEvent::Acknowledged:
    case TrackingEvent::BodyStored:
    case TrackingEvent::Dropped:
    case TrackingEvent::CredentialsAsked:
    case TrackingEvent::CredentialsChanged:
    case TrackingEvent::Repeated:
      break;
  }
  return {};
}

std::string_view detail_of(const TrackingRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.details) {
    if (key == name) return value;
  }
  return {};
}

void add_to(Figures& figures, const TrackingRecord& record, const Meaning& meaning, std::string_view code,
            const std::optional<Time>& accepted) {
  if (meaning.came) ++figures.received;
  if (meaning.failed) ++figures.failed;
  if (meaning.suspended) figures.suspend(code);
  if (!meaning.went) return;
  ++figures.sent;
  if (accepted) figures.latency.add(record.at - *accepted);
}

}  // namespace

void Tally::add(const TrackingRecord& record) {
  const Meaning meaning = meaning_of(record.event);
  if (!meaning.came && !meaning.went && !meaning.failed) return;
  const std::string_view code = record.event == TrackingEvent::Unroutable
                                    ? std::string_view(messaging::kNoSubscriber.id)
                                    : detail_of(record, "failure");
  const auto accepted = tracking::time_of(record.message);
  add_to(fine_[start_of(record.at, kFine.width)], record, meaning, code, accepted);
  add_to(coarse_[start_of(record.at, kCoarse.width)], record, meaning, code, accepted);
  if (meaning.came) {
    count(SubjectKind::ReceivePort, record.port, record, meaning.failed, code);
    count(SubjectKind::Location, detail_of(record, "location"), record, meaning.failed, code);
    count(SubjectKind::Party, record.party, record, meaning.failed, code);
  } else {
    count(SubjectKind::SendPort, record.port, record, meaning.failed, code);
  }
}

void Tally::count(SubjectKind kind, std::string_view name, const TrackingRecord& record, bool failure,
                  std::string_view code) {
  if (name.empty()) return;
  Subjects& known = subjects_[kind];
  auto place = known.find(name);
  if (place == known.end()) place = known.try_emplace(std::string(name)).first;
  Activity& activity = place->second;
  // What came in and was refused came in all the same.
  if (failure && kind != SubjectKind::SendPort) activity.count(record.at, false, {});
  activity.count(record.at, failure, code);
}

}  // namespace sealgate::store::figures
