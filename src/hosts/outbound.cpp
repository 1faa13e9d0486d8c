#include "hosts/outbound.h"

#include "messaging/property_names.h"

namespace sealgate::hosts {

std::optional<std::string> SpooledOutbound::property(std::string_view name) const {
  if (name == messaging::names::kMimeContentType) {
    // The full value with its parameters travels with the body part; the context has the bare type for routing.
    const messaging::Part* body = message_.body_part();
    if (body != nullptr && !body->content_type.empty()) return body->content_type;
  }
  const messaging::Property* property = message_.context.find(name);
  if (property == nullptr) return std::nullopt;
  return messaging::to_text(property->value);
}

}  // namespace sealgate::hosts
