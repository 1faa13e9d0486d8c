#include "hosts/outbound.h"

#include "hosts/errors.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

tl::unexpected<Error> cut_off() {
  return fail(kStopping, "the gateway is stopping", {}, "it is taken up again at the next start");
}

}  // namespace

Result<> CuttableSink::write(ByteView bytes) {
  if (cut_.is_set()) return cut_off();
  return target_.write(bytes);
}

Result<> CuttableSink::finish() {
  if (cut_.is_set()) return cut_off();
  return target_.finish();
}

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
