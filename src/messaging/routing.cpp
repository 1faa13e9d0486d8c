#include "messaging/routing.h"

#include <unordered_map>

#include "messaging/errors.h"

namespace sealgate::messaging {

Result<> check_receipt(const PublishRequest& request) {
  if (request.receipt.size() <= kMaximumReceipt) return {};
  return fail(kReceiptTooLarge,
              "a receipt of " + std::to_string(request.receipt.size()) + " bytes cannot be kept; " +
                  std::to_string(kMaximumReceipt) + " are the most",
              {}, "sign receipts with a shorter chain of certificates");
}

Failure Failure::from(const Error& error, bool resumable) {
  Failure failure;
  failure.code = error.code.id;
  failure.text = error.where.empty() ? error.what : error.what + " (" + error.where + ")";
  failure.remedy = error.remedy;
  failure.resumable = resumable;
  return failure;
}

namespace {

std::optional<Failure> stopped(const Subscription& subscription) {
  if (!subscription.started) {
    return Failure{std::string(kPortStopped.id), "send port '" + subscription.port + "' is not started",
                   "start the port, and it is sent; or resume it with --force to send it now", true};
  }
  if (!subscription.group_started) {
    return Failure{std::string(kGroupStopped.id), "send port group '" + subscription.group + "' is not started",
                   "start the group, and it is sent; or resume it to send it now", true};
  }
  return std::nullopt;
}

}  // namespace

Routing route(const SubscriptionIndex& index, const MessageContext& context) {
  Routing routing;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::size_t match : index.match(context).places) {
    const Subscription& subscription = index.subscriptions()[match];
    auto suspended = stopped(subscription);
    const auto [place, is_new] = places.emplace(subscription.port, routing.deliveries.size());
    if (!is_new) {
      if (!suspended) routing.deliveries[place->second].suspended.reset();
      continue;
    }
    Delivery delivery;
    delivery.port = subscription.port;
    delivery.priority = subscription.priority;
    delivery.ordered = subscription.ordered;
    delivery.suspended = std::move(suspended);
    routing.deliveries.push_back(std::move(delivery));
  }
  if (routing.deliveries.empty()) routing.report = index.explain(context);
  return routing;
}

}  // namespace sealgate::messaging
