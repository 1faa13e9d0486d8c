#pragma once
// The one registry of context and part property names, as BizTalk spells them. Code uses the constants; filters are
// checked against the table, so that a misspelled name is found when it is applied and not by a message that goes
// nowhere.

#include <optional>
#include <span>
#include <string_view>

#include "messaging/context.h"

namespace sealgate::messaging {

namespace names {
// Engine
inline constexpr std::string_view kMessageId = "BTS.MessageID";
inline constexpr std::string_view kInterchangeId = "BTS.InterchangeID";
inline constexpr std::string_view kInterchangeSequenceNumber = "BTS.InterchangeSequenceNumber";
inline constexpr std::string_view kReceivePortName = "BTS.ReceivePortName";
inline constexpr std::string_view kReceiveLocationName = "BTS.ReceiveLocationName";
inline constexpr std::string_view kInboundTransportType = "BTS.InboundTransportType";
inline constexpr std::string_view kInboundTransportLocation = "BTS.InboundTransportLocation";
inline constexpr std::string_view kOutboundTransportType = "BTS.OutboundTransportType";
inline constexpr std::string_view kOutboundTransportLocation = "BTS.OutboundTransportLocation";
inline constexpr std::string_view kSendPortName = "BTS.SPName";
inline constexpr std::string_view kMessageType = "BTS.MessageType";
inline constexpr std::string_view kSuspendAsNonResumable = "BTS.SuspendAsNonResumable";
// Security evidence and party
inline constexpr std::string_view kSignatureCertificate = "BTS.SignatureCertificate";
inline constexpr std::string_view kWindowsUser = "BTS.WindowsUser";
inline constexpr std::string_view kSourcePartyId = "BTS.SourcePartyID";
inline constexpr std::string_view kEncryptionCertificate = "BTS.EncryptionCert";
inline constexpr std::string_view kDecryptionCertificate = "BTS.DecryptionCertificate";
inline constexpr std::string_view kPartyName = "Party.Name";
/// The value of BTS.SourcePartyID for a message of nobody known (the anonymous SID).
inline constexpr std::string_view kGuest = "s-1-5-7";
// MIME: of the message (context) and of its parts (part properties)
inline constexpr std::string_view kMimeContentType = "MIME.ContentType";
inline constexpr std::string_view kMimeFileName = "MIME.FileName";
inline constexpr std::string_view kMimeContentId = "MIME.ContentID";
inline constexpr std::string_view kMimeContentDescription = "MIME.ContentDescription";
inline constexpr std::string_view kMimeContentTransferEncoding = "MIME.ContentTransferEncoding";
inline constexpr std::string_view kMimeContentLocation = "MIME.ContentLocation";
inline constexpr std::string_view kMimeContentDisposition = "MIME.ContentDisposition";
inline constexpr std::string_view kMimeIsEncoded = "MIME.IsMIMEEncoded";
/// What the decoder found: whether the message was encrypted, and signed with everything checked.
inline constexpr std::string_view kMimeWasEncrypted = "MIME.WasEncrypted";
inline constexpr std::string_view kMimeWasSigned = "MIME.WasSigned";
// FILE adapter
inline constexpr std::string_view kFileReceivedFileName = "FILE.ReceivedFileName";
inline constexpr std::string_view kFileCreationTime = "FILE.FileCreationTime";
// HTTP adapter
inline constexpr std::string_view kHttpInboundHeaders = "HTTP.InboundHttpHeaders";
inline constexpr std::string_view kHttpMethod = "HTTP.HttpMethod";
inline constexpr std::string_view kHttpContentType = "HTTP.ContentType";
inline constexpr std::string_view kHttpUserHeaders = "HTTP.UserHttpHeaders";
inline constexpr std::string_view kHttpResponseStatusCode = "HTTP.ResponseStatusCode";
inline constexpr std::string_view kHttpRemoteAddress = "HTTP.RemoteAddress";
inline constexpr std::string_view kHttpSubmissionHandle = "HTTP.SubmissionHandle";
inline constexpr std::string_view kHttpMimeEntity = "HTTP.MimeEntity";
inline constexpr std::string_view kHttpRequestPath = "HTTP.RequestPath";
inline constexpr std::string_view kHttpQueryString = "HTTP.QueryString";
inline constexpr std::string_view kHttpClientCertificate = "HTTP.ClientCertificateThumbprint";
inline constexpr std::string_view kHttpDeliveryId = "HTTP.DeliveryId";
// Failed messages
inline constexpr std::string_view kErrorFailureCode = "ErrorReport.FailureCode";
inline constexpr std::string_view kErrorDescription = "ErrorReport.Description";
inline constexpr std::string_view kErrorType = "ErrorReport.ErrorType";
}  // namespace names

struct PropertyDefinition {
  std::string_view name;
  PropertyType type;
  std::string_view meaning;
};

/// All registered properties, sorted by name.
std::span<const PropertyDefinition> property_definitions();
/// nullptr when the name is not registered.
const PropertyDefinition* find_property_definition(std::string_view name);
/// True for "BTS.", "HTTP.", "FILE.", "MIME.", "Party.", "ErrorReport.": names there must be registered. Other
/// namespaces belong to the user and hold text.
bool is_reserved_namespace(std::string_view name);

}  // namespace sealgate::messaging
