#include "messaging/routing.h"

#include "messaging/errors.h"

namespace sealgate::messaging {

namespace {
constexpr std::size_t kMaximumReport = std::size_t{16} * 1024;
}

Failure Failure::from(const Error& error, bool resumable) {
  Failure failure;
  failure.code = error.code.id;
  failure.text = error.where.empty() ? error.what : error.what + " (" + error.where + ")";
  failure.remedy = error.remedy;
  failure.resumable = resumable;
  return failure;
}

Routing route(const std::vector<Subscription>& subscriptions, const MessageContext& context) {
  Routing routing;
  for (const Subscription& subscription : subscriptions) {
    if (!matches(subscription.filter, context)) continue;
    Delivery delivery;
    delivery.port = subscription.port;
    delivery.priority = subscription.priority;
    delivery.ordered = subscription.ordered;
    if (!subscription.started) {
      delivery.suspended = Failure{std::string(kPortStopped.id), "send port '" + subscription.port + "' is stopped",
                                   "start the port for new messages; resume this one to send it now", true};
    }
    routing.deliveries.push_back(std::move(delivery));
  }
  if (!routing.deliveries.empty()) return routing;
  if (subscriptions.empty()) routing.report = "there is no enlisted send port";
  for (const Subscription& subscription : subscriptions) {
    if (!routing.report.empty()) routing.report += "\n";
    routing.report += "send port '" + subscription.port + "': " + explain_mismatch(subscription.filter, context);
    if (routing.report.size() > kMaximumReport) {
      routing.report.resize(kMaximumReport);
      routing.report += "\n...";
      break;
    }
  }
  return routing;
}

}  // namespace sealgate::messaging
