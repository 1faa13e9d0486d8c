#include "hosts/typed_context.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

constexpr std::array kPromoted{names::kInboundTransportType, names::kInboundTransportLocation,
                               names::kHttpContentType,      names::kHttpRemoteAddress,
                               names::kHttpRequestPath,      names::kHttpQueryString,
                               names::kFileReceivedFileName, names::kSignatureCertificate,
                               names::kWindowsUser,          names::kHttpClientCertificate,
                               names::kSoapVersion,          names::kSoapAction,
                               names::kSoapMethodName,       names::kSoapFaultCode,
                               names::kSoapWasSigned,        names::kSoapWasEncrypted};

std::optional<messaging::PropertyValue> typed(messaging::PropertyType type, const std::string& text) {
  switch (type) {
    case messaging::PropertyType::Text:
      return text.substr(0, messaging::kMaximumWrittenText);
    case messaging::PropertyType::Integer: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
      return number;
    }
    case messaging::PropertyType::Boolean:
      if (text != "true" && text != "false") return std::nullopt;
      return text == "true";
    case messaging::PropertyType::DateTime: {
      const auto time = parse_rfc3339(text);
      if (!time) return std::nullopt;
      return *time;
    }
  }
  return std::nullopt;
}

}  // namespace

messaging::MessageContext typed_context(const adapters::ContextEntries& entries) {
  messaging::MessageContext context;
  for (const adapters::ContextEntry& entry : entries) {
    if (context.size() >= messaging::kMaximumProperties) break;
    const auto* definition = messaging::find_property_definition(entry.name);
    if (definition == nullptr && messaging::is_reserved_namespace(entry.name)) continue;
    const auto type = definition == nullptr ? messaging::PropertyType::Text : definition->type;
    auto value = typed(type, entry.value);
    if (!value) continue;
    const bool wanted = std::find(kPromoted.begin(), kPromoted.end(), entry.name) != kPromoted.end();
    if (wanted && entry.value.size() <= messaging::kMaximumPromotedText) {
      context.promote(entry.name, std::move(*value));
    } else {
      context.write(entry.name, std::move(*value));
    }
  }
  return context;
}

}  // namespace sealgate::hosts
