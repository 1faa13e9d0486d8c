#pragma once
// Error codes of pipeline/: what suspends a message before or after its content is touched.

#include "base/error.h"

namespace sealgate::pipeline {

inline constexpr ErrorCode kNoSigningCertificate{"pipeline.no-signing-certificate", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateMissing{"pipeline.certificate-missing", ErrorClass::Trust};
inline constexpr ErrorCode kPrivateKeyUnusable{"pipeline.private-key-unusable", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateUnsuitable{"pipeline.certificate-unsuitable", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateRevoked{"pipeline.certificate-revoked", ErrorClass::Revocation};
inline constexpr ErrorCode kNoEncryptionCertificate{"pipeline.no-encryption-certificate", ErrorClass::Policy};
inline constexpr ErrorCode kWeakAlgorithm{"pipeline.weak-algorithm", ErrorClass::Policy};
inline constexpr ErrorCode kUnknownParty{"pipeline.unknown-party", ErrorClass::Policy};
/// The pipeline of a port does not exist any more.
inline constexpr ErrorCode kNoSuchPipeline{"pipeline.no-such-pipeline", ErrorClass::Usage};
/// No disassembler takes this message.
inline constexpr ErrorCode kNotRecognized{"pipeline.not-recognized", ErrorClass::Malformed};
inline constexpr ErrorCode kNoParts{"pipeline.no-parts", ErrorClass::Malformed};

}  // namespace sealgate::pipeline
