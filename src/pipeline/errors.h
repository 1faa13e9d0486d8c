#pragma once
// Error codes of pipeline/: what suspends a message before or after its content is touched.

#include "base/error.h"

namespace sealgate::pipeline {

inline constexpr ErrorCode kNoSigningCertificate{"pipeline.no-signing-certificate", ErrorClass::Trust};
/// An assigned certificate lies in no store of this computer.
inline constexpr ErrorCode kCertificateMissing{"pipeline.certificate-missing", ErrorClass::Trust};
/// An assigned certificate lies in another store than its use needs.
inline constexpr ErrorCode kCertificateInWrongStore{"pipeline.certificate-in-wrong-store", ErrorClass::Trust};
/// An own certificate lies in the Personal store of another account than that of the host.
inline constexpr ErrorCode kCertificateOfOtherAccount{"pipeline.certificate-of-other-account", ErrorClass::Trust};
inline constexpr ErrorCode kPrivateKeyUnusable{"pipeline.private-key-unusable", ErrorClass::Trust};
/// Key usage or extended key usage do not allow what the certificate is assigned to.
inline constexpr ErrorCode kCertificateUnsuitable{"pipeline.certificate-unsuitable", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateExpired{"pipeline.certificate-expired", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateNotYetValid{"pipeline.certificate-not-yet-valid", ErrorClass::Trust};
/// A message is encrypted to a certificate of the host outside of the window that it is assigned for.
inline constexpr ErrorCode kCertificateNotInForce{"pipeline.certificate-not-in-force", ErrorClass::Trust};
/// The certificate is in the Untrusted store.
inline constexpr ErrorCode kCertificateDistrusted{"pipeline.certificate-distrusted", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateRevoked{"pipeline.certificate-revoked", ErrorClass::Revocation};
/// Nobody can say whether a certificate was revoked, where the policy demands to know.
inline constexpr ErrorCode kRevocationUnknown{"pipeline.revocation-unknown", ErrorClass::Revocation};
inline constexpr ErrorCode kNoEncryptionCertificate{"pipeline.no-encryption-certificate", ErrorClass::Policy};
/// A dynamic send port got a message that names the certificate to encrypt it to by no thumbprint.
inline constexpr ErrorCode kBadEncryptionCertificate{"pipeline.bad-encryption-certificate", ErrorClass::Usage};
inline constexpr ErrorCode kWeakAlgorithm{"pipeline.weak-algorithm", ErrorClass::Policy};
inline constexpr ErrorCode kUnknownParty{"pipeline.unknown-party", ErrorClass::Policy};
/// A message that came encrypted is not for this host: it is not configured for the certificate.
inline constexpr ErrorCode kReceiverNotAuthorized{"pipeline.receiver-not-authorized", ErrorClass::Policy};
/// The pipeline of a port does not exist any more.
inline constexpr ErrorCode kNoSuchPipeline{"pipeline.no-such-pipeline", ErrorClass::Usage};
/// No disassembler takes this message.
inline constexpr ErrorCode kNotRecognized{"pipeline.not-recognized", ErrorClass::Malformed};
/// A document, or a piece of an envelope, is of a message type that no schema has.
inline constexpr ErrorCode kUnknownDocument{"pipeline.unknown-document", ErrorClass::Malformed};
inline constexpr ErrorCode kEmptyEnvelope{"pipeline.empty-envelope", ErrorClass::Malformed};
/// An envelope holds more documents than the disassembler may make of it.
inline constexpr ErrorCode kTooManyMessages{"pipeline.too-many-messages", ErrorClass::Policy};
/// A value that a schema promotes is too long for a property.
inline constexpr ErrorCode kPropertyTooLong{"pipeline.property-too-long", ErrorClass::Policy};
/// A value that a schema promotes is not of the property's type.
inline constexpr ErrorCode kBadPropertyValue{"pipeline.bad-property-value", ErrorClass::Malformed};
/// A schema that a component names does not exist any more.
inline constexpr ErrorCode kNoSuchSchema{"pipeline.no-such-schema", ErrorClass::Usage};
/// A map of a port does not exist any more.
inline constexpr ErrorCode kNoSuchMap{"pipeline.no-such-map", ErrorClass::Usage};
/// A map made a document of another type than its target.
inline constexpr ErrorCode kUnexpectedMapResult{"pipeline.unexpected-map-result", ErrorClass::Malformed};
/// The AS2 decoder got a message without AS2 headers: it came by another transport than HTTP, or is none.
inline constexpr ErrorCode kNotAs2{"pipeline.not-as2", ErrorClass::Malformed};
/// A receipt came by AS2, and no message waits for it.
inline constexpr ErrorCode kUnexpectedReceipt{"pipeline.unexpected-receipt", ErrorClass::NotFound};
/// A message that came by AS2 was not signed by the partner of its agreement.
inline constexpr ErrorCode kSignerNotOfAgreement{"pipeline.signer-not-of-agreement", ErrorClass::Trust};
/// An agreement demands compression, and the message is not compressed.
inline constexpr ErrorCode kNotCompressed{"pipeline.not-compressed", ErrorClass::Policy};
/// A message goes out by AS2 from a place that is no send port of AS2.
inline constexpr ErrorCode kNoAs2Departure{"pipeline.no-as2-departure", ErrorClass::Usage};
/// A message of several parts goes out by AS2 to a partner that takes one document at a time.
inline constexpr ErrorCode kSeveralDocuments{"pipeline.several-documents", ErrorClass::Policy};
/// An agreement demands a file name, and the message lacks a property of its pattern.
inline constexpr ErrorCode kFileNameMissing{"pipeline.file-name-missing", ErrorClass::Policy};
inline constexpr ErrorCode kNoParts{"pipeline.no-parts", ErrorClass::Malformed};

}  // namespace sealgate::pipeline
