#include "messaging/property_names.h"

#include <algorithm>
#include <array>

namespace sealgate::messaging {
namespace {

constexpr auto kText = PropertyType::Text;

constexpr std::array kDefinitions = {
    PropertyDefinition{names::kDecryptionCertificate, kText, "thumbprint of the certificate that opened the message"},
    PropertyDefinition{names::kEncryptionCertificate, kText, "thumbprint to encrypt this one message to"},
    PropertyDefinition{names::kInboundTransportLocation, kText, "address the message came in at"},
    PropertyDefinition{names::kInboundTransportType, kText, "adapter the message came in by: FILE, HTTP"},
    PropertyDefinition{names::kInterchangeId, kText, "id shared by all messages of one received document"},
    PropertyDefinition{names::kInterchangeSequenceNumber, PropertyType::Integer, "place among those, from 1"},
    PropertyDefinition{names::kMessageId, kText, "id of the message"},
    PropertyDefinition{names::kMessageType, kText, "namespace#root of the document"},
    PropertyDefinition{names::kOutboundTransportLocation, kText, "address the message goes to"},
    PropertyDefinition{names::kOutboundTransportType, kText, "adapter the message goes out by"},
    PropertyDefinition{names::kReceiveLocationName, kText, "receive location"},
    PropertyDefinition{names::kReceivePortName, kText, "receive port"},
    PropertyDefinition{names::kSendPortName, kText, "send port"},
    PropertyDefinition{names::kSignatureCertificate, kText, "thumbprint of the certificate that signed the message"},
    PropertyDefinition{names::kSourcePartyId, kText, "party it came from, s-1-5-7 for nobody known"},
    PropertyDefinition{names::kSuspendAsNonResumable, PropertyType::Boolean, "a failure suspends it for good"},
    PropertyDefinition{names::kWindowsUser, kText, "account that sent it, domain\\user"},
    PropertyDefinition{names::kErrorDescription, kText, "what failed"},
    PropertyDefinition{names::kErrorType, kText, "FailedMessage"},
    PropertyDefinition{names::kErrorFailureCode, kText, "code of the failure"},
    PropertyDefinition{names::kFileCreationTime, PropertyType::DateTime, "time of the received file"},
    PropertyDefinition{names::kFileReceivedFileName, kText, "full name of the received file"},
    PropertyDefinition{names::kHttpContentType, kText, "Content-Type of the request"},
    PropertyDefinition{names::kHttpMethod, kText, "method of the request"},
    PropertyDefinition{names::kHttpInboundHeaders, kText, "header lines of the request"},
    PropertyDefinition{names::kHttpRemoteAddress, kText, "address of the client"},
    PropertyDefinition{names::kHttpResponseStatusCode, PropertyType::Integer, "status that the partner answered"},
    PropertyDefinition{names::kHttpSubmissionHandle, kText, "handle given to the client"},
    PropertyDefinition{names::kHttpUserHeaders, kText, "header lines to send"},
    PropertyDefinition{names::kHttpMimeEntity, kText, "true: the body came as a MIME entity in HTTP headers"},
    PropertyDefinition{names::kHttpRequestPath, kText, "path of the request"},
    PropertyDefinition{names::kHttpQueryString, kText, "query string of the request"},
    PropertyDefinition{names::kHttpClientCertificate, kText, "thumbprint of the client's TLS certificate"},
    PropertyDefinition{names::kHttpDeliveryId, kText, "identity that the sender gave the message"},
    PropertyDefinition{names::kMimeContentDescription, kText, "Content-Description"},
    PropertyDefinition{names::kMimeContentDisposition, kText, "Content-Disposition"},
    PropertyDefinition{names::kMimeContentId, kText, "Content-ID"},
    PropertyDefinition{names::kMimeContentLocation, kText, "Content-Location"},
    PropertyDefinition{names::kMimeContentTransferEncoding, kText, "Content-Transfer-Encoding"},
    PropertyDefinition{names::kMimeContentType, kText, "content type of the body part, without parameters"},
    PropertyDefinition{names::kMimeFileName, kText, "file name of the part"},
    PropertyDefinition{names::kMimeIsEncoded, PropertyType::Boolean, "came as MIME"},
    PropertyDefinition{names::kMimeWasEncrypted, PropertyType::Boolean, "came encrypted"},
    PropertyDefinition{names::kMimeWasSigned, PropertyType::Boolean, "came signed, and every check passed"},
    PropertyDefinition{names::kPartyName, kText, "name of the party it came from"},
};

constexpr std::array<std::string_view, 6> kReserved{"BTS.", "HTTP.", "FILE.", "MIME.", "Party.", "ErrorReport."};

const auto& sorted() {
  static const auto in_order = [] {
    auto copy = kDefinitions;
    std::ranges::sort(copy, {}, &PropertyDefinition::name);
    return copy;
  }();
  return in_order;
}

}  // namespace

std::span<const PropertyDefinition> property_definitions() {
  return sorted();
}

const PropertyDefinition* find_property_definition(std::string_view name) {
  const auto& all = sorted();
  const auto* at = std::ranges::lower_bound(all, name, {}, &PropertyDefinition::name);
  return at != all.end() && at->name == name ? at : nullptr;
}

bool is_reserved_namespace(std::string_view name) {
  return std::ranges::any_of(kReserved, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace sealgate::messaging
