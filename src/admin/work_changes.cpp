#include "admin/work_changes.h"

#include "hosts/errors.h"
#include "messaging/errors.h"

namespace sealgate::admin {

using namespace messaging;

namespace {

TrackingDetails who_of(const WorkPlace& place) {
  return place.by.empty() ? TrackingDetails() : TrackingDetails{{"operator", place.by}};
}

Result<> check_port(const WorkPlace& place, const WorkSummary& work) {
  if (work.kind != WorkKind::Send || place.force) return {};
  return check_started(place.set, work.port,
                       "start the port, and what waits for that is resumed by itself; force sends it now");
}

}  // namespace

Result<> check_started(const artifacts::ArtifactSet& set, const std::string& port, const char* remedy) {
  const artifacts::SendPort* found = set.find_send_port(port);
  if (found == nullptr || found->state == artifacts::SendPortState::Started) return {};
  return fail(hosts::kPortNotStarted, "the send port is " + std::string(artifacts::to_string(found->state)),
              "send port " + port, remedy);
}

Result<> check_resumable(const WorkPlace& place, const WorkSummary& work) {
  if (work.failure && !work.failure->resumable) {
    return fail(kNotResumable, "it cannot be resumed", "delivery", "save the body, then terminate it");
  }
  return check_port(place, work);
}

Result<Changed> resume(const WorkPlace& place, const WorkSummary& work, Time now) {
  SG_TRY(check_port(place, work));
  SG_TRY(place.box.resume(work.id, place.force, now, who_of(place)));
  return Changed{};
}

Result<Changed> resend(const WorkPlace& place, const WorkSummary& work, Time now) {
  Delivery delivery;
  delivery.port = place.port.empty() ? work.port : place.port;
  const artifacts::SendPort* port = place.set.find_send_port(delivery.port);
  if (port == nullptr) {
    return fail(hosts::kNoSuchPort, "there is no such send port", "send port " + delivery.port,
                "name one of 'sealgate get send-ports' with --port");
  }
  SG_TRY(check_started(place.set, delivery.port, "start the port first"));
  delivery.priority = port->priority;
  delivery.ordered = port->ordered_delivery.has_value();
  SG_TRY_ASSIGN(WorkId made, place.box.resend(work.id, delivery, now, who_of(place)));
  return Changed{std::move(made), delivery.port};
}

Result<Changed> terminate(const WorkPlace& place, const WorkSummary& work, Time now) {
  SG_TRY(place.box.terminate(work.id, now, who_of(place)));
  return Changed{};
}

bool can_resume(const WorkSummary& work) {
  return work.state == WorkState::Suspended;
}

bool can_terminate(const WorkSummary& work) {
  return work.state != WorkState::Completed && work.state != WorkState::Terminated;
}

bool can_resend(const WorkSummary& work) {
  return work.kind == WorkKind::Send && (work.state == WorkState::Completed || work.state == WorkState::Terminated ||
                                         work.state == WorkState::Suspended);
}

}  // namespace sealgate::admin
