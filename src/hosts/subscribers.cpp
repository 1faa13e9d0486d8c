#include "hosts/subscribers.h"

#include "hosts/service_window.h"

namespace sealgate::hosts {

messaging::Routing find_subscribers(const Configuration& configuration, const messaging::MessageContext& context,
                                    Time now) {
  auto routing = messaging::route(configuration.subscriptions, context);
  for (messaging::Delivery& delivery : routing.deliveries) {
    const artifacts::SendPort* port = configuration.artifacts.set.find_send_port(delivery.port);
    if (port == nullptr || !port->service_window) continue;
    // A zone that is not known any more is found again, and said, when it is to be sent.
    const auto opens = opens_at(*port->service_window, now);
    if (opens && *opens > now) delivery.not_before = *opens;
  }
  return routing;
}

}  // namespace sealgate::hosts
