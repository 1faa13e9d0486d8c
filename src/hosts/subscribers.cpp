#include "hosts/subscribers.h"

#include "hosts/callers.h"
#include "hosts/service_window.h"
#include "messaging/property_names.h"
#include "pipeline/receiver_authorization.h"

namespace sealgate::hosts {

std::optional<Error> refuse_port(const Configuration& configuration, const artifacts::SendPort& port,
                                 const messaging::MessageContext& context) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(port.host);
  if (host == nullptr) return std::nullopt;  // told when it is to be sent
  return pipeline::refuse_receiver(context, *host, "send port " + port.name);
}

messaging::Routing find_subscribers(const Configuration& configuration, const messaging::MessageContext& context,
                                    Time now) {
  auto routing = messaging::route(configuration.subscriptions, context);
  for (messaging::Delivery& delivery : routing.deliveries) {
    const artifacts::SendPort* port = configuration.artifacts.set.find_send_port(delivery.port);
    if (port == nullptr) continue;
    if (const auto refused = refuse_port(configuration, *port, context)) {
      delivery.suspended = messaging::Failure::from(*refused);
    }
    if (!port->service_window) continue;
    // A zone that is not known any more is found again, and said, when it is to be sent.
    const auto opens = opens_at(*port->service_window, now);
    if (opens && *opens > now) delivery.not_before = *opens;
  }
  if (auto caller = caller_of(context)) routing.deliveries.push_back(std::move(*caller));
  return routing;
}

Result<messaging::Publication> make_publication(const Configuration& configuration, messaging::Message message,
                                                Time now) {
  namespace names = messaging::names;
  messaging::Publication publication;
  publication.message = std::move(message);
  SG_TRY_ASSIGN(publication.message.id, messaging::make_message_id(now));
  messaging::MessageContext& context = publication.message.context;
  context.write(names::kMessageId, publication.message.id.text());
  auto routing = find_subscribers(configuration, context, now);
  publication.deliveries = std::move(routing.deliveries);
  publication.routing_report = std::move(routing.report);
  return publication;
}

Result<std::optional<messaging::Publication>> make_wanted_publication(const Configuration& configuration,
                                                                      messaging::Message message, Time now) {
  SG_TRY_ASSIGN(auto publication, make_publication(configuration, std::move(message), now));
  if (publication.deliveries.empty()) return std::nullopt;
  return publication;
}

}  // namespace sealgate::hosts
