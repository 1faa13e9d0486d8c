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
inline constexpr std::string_view kSuspendMessageOnRoutingFailure = "BTS.SuspendMessageOnRoutingFailure";
inline constexpr std::string_view kActionOnFailure = "BTS.ActionOnFailure";
inline constexpr std::string_view kMessageDestination = "BTS.MessageDestination";
inline constexpr std::string_view kIsDynamicSend = "BTS.IsDynamicSend";
// Request and response
inline constexpr std::string_view kCorrelationToken = "BTS.CorrelationToken";
inline constexpr std::string_view kRequestResponseToken = "BTS.EpmRRCorrelationToken";
inline constexpr std::string_view kRequestMessageId = "BTS.RequestMessageID";
inline constexpr std::string_view kRouteDirectToTransport = "BTS.RouteDirectToTP";
// Acknowledgements
inline constexpr std::string_view kAckType = "BTS.AckType";
inline constexpr std::string_view kAckId = "BTS.AckID";
inline constexpr std::string_view kAckOwnerId = "BTS.AckOwnerID";
inline constexpr std::string_view kAckFailureCode = "BTS.AckFailureCode";
inline constexpr std::string_view kAckFailureCategory = "BTS.AckFailureCategory";
inline constexpr std::string_view kAckDescription = "BTS.AckDescription";
inline constexpr std::string_view kAckReceivePortName = "BTS.AckReceivePortName";
inline constexpr std::string_view kAckInboundTransportLocation = "BTS.AckInboundTransportLocation";
inline constexpr std::string_view kAckSendPortName = "BTS.AckSendPortName";
inline constexpr std::string_view kAckOutboundTransportLocation = "BTS.AckOutboundTransportLocation";
/// The values of BTS.AckType.
inline constexpr std::string_view kAck = "ACK";
inline constexpr std::string_view kNack = "NACK";
/// The value of BTS.MessageDestination that has a message suspended instead of published.
inline constexpr std::string_view kSuspendQueue = "SuspendQueue";
// Security evidence and party
inline constexpr std::string_view kSignatureCertificate = "BTS.SignatureCertificate";
inline constexpr std::string_view kWindowsUser = "BTS.WindowsUser";
/// A ticket of single sign-on (credentials/ticket.h), and whose message it is: both by the engine alone.
inline constexpr std::string_view kSsoTicket = "BTS.SSOTicket";
inline constexpr std::string_view kOriginator = "Microsoft.BizTalk.XLANGs.BTXEngine.OriginatorSID";
inline constexpr std::string_view kSourcePartyId = "BTS.SourcePartyID";
inline constexpr std::string_view kEncryptionCertificate = "BTS.EncryptionCert";
inline constexpr std::string_view kDecryptionCertificate = "BTS.DecryptionCertificate";
/// The certificates that a host must be configured for before it gets the message
/// (pipeline/receiver_authorization.h).
inline constexpr std::string_view kDecryptionPredicate = "BTS.DecryptionPredicate";
inline constexpr std::string_view kPartyEvidenceQualifier = "BTS.SourcePartyEvidenceQualifier";
inline constexpr std::string_view kPartyEvidence = "BTS.SourcePartyEvidence";
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
inline constexpr std::string_view kRevocationUnknown = "MIME.RevocationUnknown";
// FILE adapter
inline constexpr std::string_view kFileReceivedFileName = "FILE.ReceivedFileName";
inline constexpr std::string_view kFileCreationTime = "FILE.FileCreationTime";
// SFTP adapter
inline constexpr std::string_view kSftpReceivedFileName = "SFTP.ReceivedFileName";
inline constexpr std::string_view kSftpFileTime = "SFTP.FileTime";
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
/// SHA-256 in hexadecimal: what parties are found by.
inline constexpr std::string_view kHttpClientCertificateSha256 = "HTTP.ClientCertificateSha256";
inline constexpr std::string_view kHttpDeliveryId = "HTTP.DeliveryId";
// SOAP adapter; header blocks are SOAPHeader.<name>, a namespace of the users'
inline constexpr std::string_view kSoapVersion = "SOAP.Version";
inline constexpr std::string_view kSoapAction = "SOAP.Action";
inline constexpr std::string_view kSoapMethodName = "SOAP.MethodName";
/// SHA-256 in hexadecimal of the certificate whose WS-Security signature over the Body held: what parties are found
/// by.
inline constexpr std::string_view kSoapSignerSha256 = "SOAP.SignerSha256";
inline constexpr std::string_view kSoapWasSigned = "SOAP.WasSigned";
inline constexpr std::string_view kSoapWasEncrypted = "SOAP.WasEncrypted";
inline constexpr std::string_view kSoapFaultCode = "SOAP.FaultCode";
inline constexpr std::string_view kSoapFaultReason = "SOAP.FaultReason";
inline constexpr std::string_view kSoapFaultDetail = "SOAP.FaultDetail";
// AS2, as BizTalk names them
inline constexpr std::string_view kAs2From = "EdiIntAS.AS2From";
inline constexpr std::string_view kAs2To = "EdiIntAS.AS2To";
inline constexpr std::string_view kAs2MessageId = "EdiIntAS.MessageId";
inline constexpr std::string_view kAs2MdnAsyncUri = "EdiIntAS.MDNAsyncURI";
inline constexpr std::string_view kAs2DispositionType = "EdiIntAS.DispositionType";
inline constexpr std::string_view kAs2SendMdn = "EdiIntAS.SendMDN";
inline constexpr std::string_view kAs2IsPayload = "EdiIntAS.IsAS2PayloadMessage";
inline constexpr std::string_view kAs2IsMdn = "EdiIntAS.IsAS2MdnResponseMessage";
inline constexpr std::string_view kAs2IsAsynchronousMdn = "EdiIntAS.IsAS2AsynchronousMdn";
inline constexpr std::string_view kAs2OriginalMessageId = "EdiIntAS.OriginalMessageId";
inline constexpr std::string_view kAs2ContentMic = "EdiIntAS.ReceivedContentMic";
inline constexpr std::string_view kAs2IsDuplicate = "EdiIntAS.IsAS2MessageDuplicate";
inline constexpr std::string_view kAs2Agreement = "EdiIntAS.AgreementName";
// Of a message that was encoded to be sent: its header fields of HTTP, one a line; what its receipt is judged by
// (as2/sent_mics.h); the message that it was made of
inline constexpr std::string_view kAs2SentHeaders = "EdiIntAS.SentHeaders";
inline constexpr std::string_view kAs2SentMics = "EdiIntAS.SentMics";
inline constexpr std::string_view kAs2SentMessage = "EdiIntAS.SentMessageID";
// Failed messages
inline constexpr std::string_view kErrorFailureCode = "ErrorReport.FailureCode";
inline constexpr std::string_view kErrorFailureCategory = "ErrorReport.FailureCategory";
inline constexpr std::string_view kErrorDescription = "ErrorReport.Description";
inline constexpr std::string_view kErrorMessageType = "ErrorReport.MessageType";
inline constexpr std::string_view kErrorReceivePortName = "ErrorReport.ReceivePortName";
inline constexpr std::string_view kErrorInboundTransportLocation = "ErrorReport.InboundTransportLocation";
inline constexpr std::string_view kErrorSendPortName = "ErrorReport.SendPortName";
inline constexpr std::string_view kErrorOutboundTransportLocation = "ErrorReport.OutboundTransportLocation";
inline constexpr std::string_view kErrorType = "ErrorReport.ErrorType";
inline constexpr std::string_view kErrorRoutingFailureReportId = "ErrorReport.RoutingFailureReportID";
inline constexpr std::string_view kErrorFailureTime = "ErrorReport.FailureTime";
inline constexpr std::string_view kErrorFailureMessageId = "ErrorReport.FailureMessageID";
inline constexpr std::string_view kErrorFailureInstanceId = "ErrorReport.FailureInstanceID";
inline constexpr std::string_view kErrorFailureAdapter = "ErrorReport.FailureAdapter";
/// The value of ErrorReport.ErrorType.
inline constexpr std::string_view kFailedMessage = "FailedMessage";
}  // namespace names

enum class Promotion { Promoted, Written };

struct PropertyDefinition {
  std::string_view name;
  PropertyType type;
  std::string_view meaning;
  /// How whoever sets it has to set it. Written: no filter can ever see it, so a filter that names it is refused.
  Promotion promotion = Promotion::Promoted;
};

/// All registered properties, sorted by name.
std::span<const PropertyDefinition> property_definitions();
/// nullptr when the name is not registered.
const PropertyDefinition* find_property_definition(std::string_view name);
/// True for the few registered properties that a document may set by a promotion of its schema: where a dynamic send
/// port sends it and whom that encrypts it to, and that it be suspended.
bool is_set_by_documents(std::string_view name);
/// True for a property whose value nobody is shown.
bool is_confidential(std::string_view name);
/// True for "BTS.", "HTTP.", "FILE.", "SFTP.", "MIME.", "SOAP.", "Party.", "ErrorReport.", "EdiIntAS." and
/// "Microsoft.BizTalk.": names there must be registered. Other namespaces belong to the user; schemas declare their
/// types.
bool is_reserved_namespace(std::string_view name);

}  // namespace sealgate::messaging
