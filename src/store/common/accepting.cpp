#include "store/common/accepting.h"

#include "messaging/ids.h"

namespace sealgate::store {

using namespace messaging;

namespace {

Delivery nowhere(const Publication& publication, const std::string& receive_port) {
  Delivery route;
  route.kind = WorkKind::Route;
  route.port = receive_port;
  std::string text = "no send port subscribes to this message";
  if (!publication.routing_report.empty()) text += ":\n" + publication.routing_report;
  route.suspended = Failure{std::string(kNoSubscriber.id), std::move(text),
                            "enlist a send port or correct its filter, then resume the message", true};
  return route;
}

}  // namespace

Result<Plan> plan_of(Publication& publication, const std::string& receive_port, Time now) {
  Plan plan;
  plan.work = std::move(publication.deliveries);
  plan.details = std::move(publication.tracking);
  if (plan.work.empty()) {
    plan.work.push_back(nowhere(publication, receive_port));
    plan.event = TrackingEvent::Unroutable;
  } else {
    add_matched(plan.details, plan.work);
  }
  for (Delivery& delivery : plan.work) {
    if (!delivery.id.empty()) continue;
    SG_TRY_ASSIGN(delivery.id, make_work_id(now));
  }
  return plan;
}

}  // namespace sealgate::store
