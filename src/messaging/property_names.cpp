#include "messaging/property_names.h"

#include <algorithm>
#include <array>

namespace sealgate::messaging {
namespace {

constexpr auto kText = PropertyType::Text;
constexpr auto kInteger = PropertyType::Integer;
constexpr auto kBoolean = PropertyType::Boolean;

constexpr std::array kDefinitions = {
    PropertyDefinition{names::kDecryptionCertificate, kText, "thumbprint of the certificate that opened the message"},
    PropertyDefinition{names::kDecryptionPredicate, kText,
                       "certificates that the host of a send port must be configured for", Promotion::Written},
    PropertyDefinition{names::kPartyEvidence, kText, "what its party was found by: SHA-256 thumbprint, or account",
                       Promotion::Written},
    PropertyDefinition{names::kPartyEvidenceQualifier, kText,
                       "kind of that: Certificate, ClientCertificate, WindowsUser; empty for the guest",
                       Promotion::Written},
    PropertyDefinition{names::kEncryptionCertificate, kText,
                       "of a dynamic port: thumbprint to encrypt this one message to"},
    PropertyDefinition{names::kInboundTransportLocation, kText, "address the message came in at"},
    PropertyDefinition{names::kInboundTransportType, kText, "adapter the message came in by: FILE, HTTP, SOAP"},
    PropertyDefinition{names::kInterchangeId, kText, "id shared by all messages of one received document"},
    PropertyDefinition{names::kInterchangeSequenceNumber, kInteger, "place among those, from 1"},
    PropertyDefinition{names::kMessageId, kText, "id of the message"},
    PropertyDefinition{names::kMessageType, kText, "namespace#root of the document"},
    PropertyDefinition{names::kOutboundTransportLocation, kText, "address the message goes to"},
    PropertyDefinition{names::kOutboundTransportType, kText, "adapter the message goes out by"},
    PropertyDefinition{names::kReceiveLocationName, kText, "receive location", Promotion::Written},
    PropertyDefinition{names::kReceivePortName, kText, "receive port"},
    PropertyDefinition{names::kSendPortName, kText, "send port"},
    PropertyDefinition{names::kSignatureCertificate, kText, "thumbprint of the certificate that signed the message"},
    PropertyDefinition{names::kSourcePartyId, kText, "party it came from, s-1-5-7 for nobody known"},
    PropertyDefinition{names::kSuspendAsNonResumable, kBoolean, "a failure suspends it for good"},
    PropertyDefinition{names::kWindowsUser, kText, "account that sent it, domain\\user"},
    PropertyDefinition{names::kSsoTicket, kText, "ticket of whoever was authenticated; never shown",
                       Promotion::Written},
    PropertyDefinition{names::kOriginator, kText, "whose message it is: who got the ticket", Promotion::Written},
    PropertyDefinition{names::kSuspendMessageOnRoutingFailure, kBoolean, "without a subscriber it is suspended"},
    PropertyDefinition{names::kActionOnFailure, kInteger,
                       "0: the adapter deals with a failure of the receive pipeline", Promotion::Written},
    PropertyDefinition{names::kMessageDestination, kText, "SuspendQueue: suspend it instead of publishing it",
                       Promotion::Written},
    PropertyDefinition{names::kIsDynamicSend, kBoolean, "settings of the message go before those of a static port",
                       Promotion::Written},
    PropertyDefinition{names::kCorrelationToken, kText, "what the answer to this message carries, too"},
    PropertyDefinition{names::kRequestResponseToken, kText, "names the caller who waits for the answer"},
    PropertyDefinition{names::kRequestMessageId, kText, "id of the message that this one answers"},
    PropertyDefinition{names::kRouteDirectToTransport, kBoolean, "an answer, for the caller alone"},
    PropertyDefinition{names::kAckType, kText, "ACK or NACK"},
    PropertyDefinition{names::kAckId, kText, "id of the message it is about"},
    PropertyDefinition{names::kAckOwnerId, kText, "id of the delivery it is about"},
    PropertyDefinition{names::kAckFailureCode, kText, "code of the failure, for a NACK"},
    PropertyDefinition{names::kAckFailureCategory, kInteger, "class of the failure, for a NACK"},
    PropertyDefinition{names::kAckDescription, kText, "what failed, for a NACK", Promotion::Written},
    PropertyDefinition{names::kAckReceivePortName, kText, "receive port of the message it is about"},
    PropertyDefinition{names::kAckInboundTransportLocation, kText, "address that message came in at"},
    PropertyDefinition{names::kAckSendPortName, kText, "send port of the delivery it is about"},
    PropertyDefinition{names::kAckOutboundTransportLocation, kText, "address that delivery went to"},
    PropertyDefinition{names::kErrorDescription, kText, "what failed", Promotion::Written},
    PropertyDefinition{names::kErrorType, kText, "FailedMessage"},
    PropertyDefinition{names::kErrorFailureCode, kText, "code of the failure"},
    PropertyDefinition{names::kErrorFailureCategory, kInteger, "class of the failure"},
    PropertyDefinition{names::kErrorMessageType, kText, "type of the document, empty for an unknown one"},
    PropertyDefinition{names::kErrorReceivePortName, kText, "receive port, of a failure on the way in"},
    PropertyDefinition{names::kErrorInboundTransportLocation, kText,
                       "address it came in at, of a failure on the way in"},
    PropertyDefinition{names::kErrorSendPortName, kText, "send port, of a failure on the way out"},
    PropertyDefinition{names::kErrorOutboundTransportLocation, kText,
                       "address it went to, of a failure on the way out"},
    PropertyDefinition{names::kErrorRoutingFailureReportId, kText, "id of the message that nobody subscribed to"},
    PropertyDefinition{names::kErrorFailureTime, PropertyType::DateTime, "when it failed", Promotion::Written},
    PropertyDefinition{names::kErrorFailureMessageId, kText, "id of the message that failed", Promotion::Written},
    PropertyDefinition{names::kErrorFailureInstanceId, kText, "id of the delivery that failed", Promotion::Written},
    PropertyDefinition{names::kErrorFailureAdapter, kText, "adapter that it failed in", Promotion::Written},
    PropertyDefinition{names::kFileCreationTime, PropertyType::DateTime, "time of the received file"},
    PropertyDefinition{names::kFileReceivedFileName, kText, "full name of the received file"},
    PropertyDefinition{names::kSftpFileTime, PropertyType::DateTime, "time of the received file"},
    PropertyDefinition{names::kSftpReceivedFileName, kText, "path of the received file on the partner's server"},
    PropertyDefinition{names::kHttpContentType, kText, "Content-Type of the request"},
    PropertyDefinition{names::kHttpMethod, kText, "method of the request"},
    PropertyDefinition{names::kHttpInboundHeaders, kText, "header lines of the request"},
    PropertyDefinition{names::kHttpRemoteAddress, kText, "address of the client"},
    PropertyDefinition{names::kHttpResponseStatusCode, kInteger, "status that the partner answered"},
    PropertyDefinition{names::kHttpSubmissionHandle, kText, "handle given to the client"},
    PropertyDefinition{names::kHttpUserHeaders, kText, "header lines to send"},
    PropertyDefinition{names::kHttpMimeEntity, kText, "true: the body came as a MIME entity in HTTP headers"},
    PropertyDefinition{names::kHttpRequestPath, kText, "path of the request"},
    PropertyDefinition{names::kHttpQueryString, kText, "query string of the request"},
    PropertyDefinition{names::kHttpClientCertificate, kText, "thumbprint of the client's TLS certificate"},
    PropertyDefinition{names::kHttpClientCertificateSha256, kText, "the same, SHA-256", Promotion::Written},
    PropertyDefinition{names::kHttpDeliveryId, kText, "identity that the sender gave the message"},
    PropertyDefinition{names::kSoapVersion, kText, "version of the envelope: 1.1 or 1.2"},
    PropertyDefinition{names::kSoapAction, kText, "SOAPAction, or the action of the Content-Type"},
    PropertyDefinition{names::kSoapMethodName, kText, "name of the element in the SOAP Body"},
    PropertyDefinition{names::kSoapSignerSha256, kText,
                       "SHA-256 thumbprint of the certificate that signed the envelope", Promotion::Written},
    PropertyDefinition{names::kSoapWasSigned, kBoolean, "WS-Security: the Body was signed, with everything checked"},
    PropertyDefinition{names::kSoapWasEncrypted, kBoolean, "WS-Security: the Body was encrypted"},
    PropertyDefinition{names::kSoapFaultCode, kText, "code of the fault that a partner's service answered"},
    PropertyDefinition{names::kSoapFaultReason, kText, "its text", Promotion::Written},
    PropertyDefinition{names::kSoapFaultDetail, kText, "its detail element", Promotion::Written},
    PropertyDefinition{names::kAs2From, kText, "AS2 name of who sent it"},
    PropertyDefinition{names::kAs2To, kText, "AS2 name of whom it is for"},
    PropertyDefinition{names::kAs2MessageId, kText, "Message-ID of the AS2 message, as it came", Promotion::Written},
    PropertyDefinition{names::kAs2MdnAsyncUri, kText, "where its receipt is sent", Promotion::Written},
    PropertyDefinition{names::kAs2DispositionType, kText, "what the receipt says", Promotion::Written},
    PropertyDefinition{names::kAs2SendMdn, kBoolean, "its sender wants a receipt"},
    PropertyDefinition{names::kAs2IsPayload, kBoolean, "it came by AS2"},
    PropertyDefinition{names::kAs2IsMdn, kBoolean, "it is a receipt"},
    PropertyDefinition{names::kAs2IsAsynchronousMdn, kBoolean, "its receipt goes in a connection of its own"},
    PropertyDefinition{names::kAs2OriginalMessageId, kText, "Message-ID of the message that a receipt is about",
                       Promotion::Written},
    PropertyDefinition{names::kAs2ContentMic, kText, "digest of what came, as the receipt has it",
                       Promotion::Written},
    PropertyDefinition{names::kAs2IsDuplicate, kBoolean, "its Message-ID came before"},
    PropertyDefinition{names::kAs2Agreement, kText, "agreement that it came by, or goes by"},
    PropertyDefinition{names::kAs2SentHeaders, kText, "header fields that it is sent with", Promotion::Written},
    PropertyDefinition{names::kAs2SentMics, kText, "digests that its receipt is judged by", Promotion::Written},
    PropertyDefinition{names::kAs2SentMessage, kText, "the message that it was made of", Promotion::Written},
    PropertyDefinition{names::kMimeContentDescription, kText, "Content-Description"},
    PropertyDefinition{names::kMimeContentDisposition, kText, "Content-Disposition"},
    PropertyDefinition{names::kMimeContentId, kText, "Content-ID"},
    PropertyDefinition{names::kMimeContentLocation, kText, "Content-Location"},
    PropertyDefinition{names::kMimeContentTransferEncoding, kText, "Content-Transfer-Encoding"},
    PropertyDefinition{names::kMimeContentType, kText, "content type of the body part, without parameters"},
    PropertyDefinition{names::kMimeFileName, kText, "file name of the part"},
    PropertyDefinition{names::kMimeIsEncoded, kBoolean, "came as MIME"},
    PropertyDefinition{names::kMimeWasEncrypted, kBoolean, "came encrypted"},
    PropertyDefinition{names::kRevocationUnknown, kText,
                       "signers that passed although nobody could say whether they were revoked", Promotion::Written},
    PropertyDefinition{names::kMimeWasSigned, kBoolean, "came signed, and every check passed"},
    PropertyDefinition{names::kPartyName, kText, "name of the party it came from"},
};

constexpr std::array<std::string_view, 10> kReserved{
    "BTS.", "HTTP.", "FILE.", "SFTP.", "MIME.", "SOAP.", "Party.", "ErrorReport.", "EdiIntAS.", "Microsoft.BizTalk."};

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

bool is_set_by_documents(std::string_view name) {
  return name == names::kOutboundTransportLocation || name == names::kOutboundTransportType ||
         name == names::kEncryptionCertificate || name == names::kMessageDestination ||
         name == names::kSuspendAsNonResumable;
}

bool is_confidential(std::string_view name) {
  return name == names::kSsoTicket;
}

bool is_reserved_namespace(std::string_view name) {
  return std::ranges::any_of(kReserved, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace sealgate::messaging
