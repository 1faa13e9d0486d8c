#include "hosts/tracking_details.h"

#include <algorithm>
#include <array>

#include "messaging/property_names.h"
#include "messaging/tracking_log.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using messaging::TrackingDetails;

void add(TrackingDetails& details, std::string_view name, std::string value) {
  if (!value.empty()) details.emplace_back(std::string(name), std::move(value));
}

}  // namespace

TrackingDetails tracking_of_intake(const messaging::MessageContext& context, const std::string& location,
                                   const messaging::Part& raw) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKnown{{
      {"transport", names::kInboundTransportType},
      {"address", names::kInboundTransportLocation},
      {"remote_address", names::kHttpRemoteAddress},
      {"file", names::kFileReceivedFileName},
      {"client.thumbprint", names::kHttpClientCertificate},
      {"delivery_id", names::kHttpDeliveryId},
  }};
  TrackingDetails details;
  add(details, "location", location);
  for (const auto& [name, property] : kKnown) add(details, name, context.text_or_empty(property));
  add(details, "bytes", std::to_string(raw.body->size()));
  add(details, "sha256", to_hex(raw.body->sha256()));
  return details;
}

void add_published(TrackingDetails& details, const messaging::Message& message, const std::string& interchange) {
  add(details, "type", message.context.text_or_empty(names::kMessageType));
  add(details, messaging::kInterchangeDetail, interchange);
  const messaging::Part* body = message.body_part();
  if (body == nullptr || body->body == nullptr) return;
  std::string sha256 = to_hex(body->body->sha256());
  const bool is_raw = std::ranges::any_of(
      details, [&](const auto& detail) { return detail.first == "sha256" && detail.second == sha256; });
  if (is_raw) return;
  if (!body->file_name.empty()) add(details, "content.file", body->file_name);
  add(details, "content.bytes", std::to_string(body->body->size()));
  add(details, "content.sha256", std::move(sha256));
}

}  // namespace sealgate::hosts
