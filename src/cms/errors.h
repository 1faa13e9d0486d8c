#pragma once
// Error codes of cms/. failure_class() gives the short class that reports print ("digest-mismatch", "limit").

#include <string_view>

#include "base/error.h"

namespace sealgate::cms {

// Format.
/// The structure breaks its format: a damaged tag or length, a missing or misplaced field.
inline constexpr ErrorCode kMalformed{"cms.malformed", ErrorClass::Malformed};
/// The input ends before the structure does.
inline constexpr ErrorCode kTruncated{"cms.truncated", ErrorClass::Malformed};
/// Something other than padding (zeros, line ends) follows the structure, or a second PEM block.
inline constexpr ErrorCode kTrailingData{"cms.trailing-data", ErrorClass::Malformed};
/// The input is no CMS structure in BER, DER, PEM or base64.
inline constexpr ErrorCode kNotCms{"cms.not-cms", ErrorClass::Malformed};
/// Compressed content is damaged: bad zlib data, wrong checksum, cut off.
inline constexpr ErrorCode kDecompress{"cms.decompress", ErrorClass::Malformed};
/// A ContentInfo of a type that cannot be read.
inline constexpr ErrorCode kUnsupportedType{"cms.unsupported-type", ErrorClass::Malformed};
/// A digest, signature, cipher or key management algorithm that is not implemented.
inline constexpr ErrorCode kUnsupportedAlgorithm{"cms.unsupported-algorithm", ErrorClass::Policy};

// Decryption. kDecryptFailed never says whether the key or the content was wrong (no oracle).
/// There is no private key, secret key or password at all to decrypt with.
inline constexpr ErrorCode kNoKey{"cms.no-key", ErrorClass::Decrypt};
/// There are keys, but the message names none of them.
inline constexpr ErrorCode kNoMatchingRecipient{"cms.no-matching-recipient", ErrorClass::Decrypt};
/// The originator's ephemeral public key is not a valid member of the recipient's group.
inline constexpr ErrorCode kInvalidPeerKey{"cms.invalid-peer-key", ErrorClass::Decrypt};
/// The wrapped content key does not open with the key that fits the recipient.
inline constexpr ErrorCode kKeyUnwrap{"cms.key-unwrap", ErrorClass::Decrypt};
/// The authentication tag does not fit: the content or its attributes were altered.
inline constexpr ErrorCode kAuthentication{"cms.authentication", ErrorClass::Decrypt};
/// The content does not decrypt; the cause (key, padding, length) is never told.
inline constexpr ErrorCode kDecryptFailed{"cms.decrypt-failed", ErrorClass::Decrypt};

// Signatures. They stand in SignerResult::error or LayerResult::error; the content was delivered all the same.
/// The content is not what was signed.
inline constexpr ErrorCode kDigestMismatch{"cms.digest-mismatch", ErrorClass::Signature};
/// The signature value does not fit the signer's key.
inline constexpr ErrorCode kBadSignature{"cms.bad-signature", ErrorClass::Signature};
/// The attributes of a signer are missing, duplicated, misplaced or contradict the message.
inline constexpr ErrorCode kBadAttribute{"cms.bad-attribute", ErrorClass::Signature};
/// Nobody signed: a file of certificates, or the signers were removed.
inline constexpr ErrorCode kNoSigner{"cms.no-signer", ErrorClass::Signature};
/// The certificate that a signer names is neither in the message nor known here.
inline constexpr ErrorCode kNoSignerCertificate{"cms.no-signer-cert", ErrorClass::Signature};
/// The signature is detached and its content is not at hand, or was not hashed with its digest.
inline constexpr ErrorCode kNoContent{"cms.no-content", ErrorClass::Signature};

// Limits, one code each.
/// Structures nested too deep.
inline constexpr ErrorCode kLimitDepth{"cms.limit-depth", ErrorClass::Policy};
/// One certificate, SignerInfo, RecipientInfo or other small structure is too large.
inline constexpr ErrorCode kLimitStructure{"cms.limit-structure", ErrorClass::Policy};
/// Too many signers.
inline constexpr ErrorCode kLimitSigners{"cms.limit-signers", ErrorClass::Policy};
/// Too many recipients, or too many octets of them.
inline constexpr ErrorCode kLimitRecipients{"cms.limit-recipients", ErrorClass::Policy};
/// Too many different digests over one content.
inline constexpr ErrorCode kLimitDigests{"cms.limit-digests", ErrorClass::Policy};
/// Too many embedded certificates and revocation lists, or too many octets of them.
inline constexpr ErrorCode kLimitCertificates{"cms.limit-certificates", ErrorClass::Policy};
/// A signature covers the content as a whole (Ed25519 without attributes), which is too large to keep.
inline constexpr ErrorCode kLimitPureSignature{"cms.limit-pure-signature", ErrorClass::Policy};
/// Compressed content expands too far.
inline constexpr ErrorCode kLimitExpansion{"cms.limit-expansion", ErrorClass::Policy};
/// More content than was allowed.
inline constexpr ErrorCode kLimitContent{"cms.limit-content", ErrorClass::Policy};
/// A password recipient demands too many rounds of hashing.
inline constexpr ErrorCode kLimitIterations{"cms.limit-iterations", ErrorClass::Policy};
/// PEM armor with an endless line, preamble or header.
inline constexpr ErrorCode kLimitArmor{"cms.limit-armor", ErrorClass::Policy};

// Writing.
/// What is to be written makes no sense: no signer, a key that does not fit, no recipient.
inline constexpr ErrorCode kBadOptions{"cms.bad-options", ErrorClass::Usage};

/// "digest-mismatch" of "cms.digest-mismatch"; every limit is "limit", every format error "malformed". Codes of other
/// folders come back without their folder.
std::string_view failure_class(const ErrorCode& code);

}  // namespace sealgate::cms
