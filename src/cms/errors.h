#pragma once
// Error codes of cms/. failure_class() gives the short class that reports print ("digest-mismatch", "limit").

#include <string_view>

#include "base/error.h"

namespace sealgate::cms {

// Format.
inline constexpr ErrorCode kMalformed{"cms.malformed", ErrorClass::Malformed};
inline constexpr ErrorCode kTruncated{"cms.truncated", ErrorClass::Malformed};
inline constexpr ErrorCode kTrailingData{"cms.trailing-data", ErrorClass::Malformed};
inline constexpr ErrorCode kNotCms{"cms.not-cms", ErrorClass::Malformed};
inline constexpr ErrorCode kDecompress{"cms.decompress", ErrorClass::Malformed};
inline constexpr ErrorCode kUnsupportedType{"cms.unsupported-type", ErrorClass::Malformed};
inline constexpr ErrorCode kUnsupportedAlgorithm{"cms.unsupported-algorithm", ErrorClass::Policy};

// Decryption. kDecryptFailed never says whether the key or the content was wrong (no oracle).
inline constexpr ErrorCode kNoKey{"cms.no-key", ErrorClass::Decrypt};
inline constexpr ErrorCode kNoMatchingRecipient{"cms.no-matching-recipient", ErrorClass::Decrypt};
inline constexpr ErrorCode kInvalidPeerKey{"cms.invalid-peer-key", ErrorClass::Decrypt};
inline constexpr ErrorCode kKeyUnwrap{"cms.key-unwrap", ErrorClass::Decrypt};
inline constexpr ErrorCode kAuthentication{"cms.authentication", ErrorClass::Decrypt};
inline constexpr ErrorCode kDecryptFailed{"cms.decrypt-failed", ErrorClass::Decrypt};

// Signatures. They stand in SignerResult::error or LayerResult::error; the content was delivered all the same.
inline constexpr ErrorCode kDigestMismatch{"cms.digest-mismatch", ErrorClass::Signature};
inline constexpr ErrorCode kBadSignature{"cms.bad-signature", ErrorClass::Signature};
inline constexpr ErrorCode kBadAttribute{"cms.bad-attribute", ErrorClass::Signature};
inline constexpr ErrorCode kNoSigner{"cms.no-signer", ErrorClass::Signature};
inline constexpr ErrorCode kNoSignerCertificate{"cms.no-signer-cert", ErrorClass::Signature};
inline constexpr ErrorCode kNoContent{"cms.no-content", ErrorClass::Signature};

// Limits, one code each.
inline constexpr ErrorCode kLimitDepth{"cms.limit-depth", ErrorClass::Policy};
inline constexpr ErrorCode kLimitStructure{"cms.limit-structure", ErrorClass::Policy};
inline constexpr ErrorCode kLimitSigners{"cms.limit-signers", ErrorClass::Policy};
inline constexpr ErrorCode kLimitRecipients{"cms.limit-recipients", ErrorClass::Policy};
inline constexpr ErrorCode kLimitDigests{"cms.limit-digests", ErrorClass::Policy};
inline constexpr ErrorCode kLimitCertificates{"cms.limit-certificates", ErrorClass::Policy};
inline constexpr ErrorCode kLimitPureSignature{"cms.limit-pure-signature", ErrorClass::Policy};
inline constexpr ErrorCode kLimitExpansion{"cms.limit-expansion", ErrorClass::Policy};
inline constexpr ErrorCode kLimitContent{"cms.limit-content", ErrorClass::Policy};
inline constexpr ErrorCode kLimitIterations{"cms.limit-iterations", ErrorClass::Policy};
inline constexpr ErrorCode kLimitArmor{"cms.limit-armor", ErrorClass::Policy};

// Writing.
inline constexpr ErrorCode kBadOptions{"cms.bad-options", ErrorClass::Usage};

/// "digest-mismatch" of "cms.digest-mismatch"; every limit is "limit", every format error "malformed". Codes of other
/// folders come back without their folder.
std::string_view failure_class(const ErrorCode& code);

}  // namespace sealgate::cms
