#pragma once
// Error codes of smime/, and the vocabulary of failure classes that reports and test vectors share.

#include <string>

#include "base/error.h"

namespace sealgate::smime {

// What the decoder found.
inline constexpr ErrorCode kNotMime{"smime.not-mime", ErrorClass::Malformed};
inline constexpr ErrorCode kEmptyInput{"smime.empty-input", ErrorClass::Malformed};
inline constexpr ErrorCode kTruncated{"smime.truncated", ErrorClass::Malformed};
inline constexpr ErrorCode kNoSignaturePart{"smime.no-signature-part", ErrorClass::Malformed};
/// One sentence for every failed decryption: no key fits, the key is wrong, or the content is damaged.
inline constexpr ErrorCode kCannotDecrypt{"smime.cannot-decrypt", ErrorClass::Decrypt};
inline constexpr ErrorCode kDigestMismatch{"smime.digest-mismatch", ErrorClass::Signature};
inline constexpr ErrorCode kDigestNotComputed{"smime.digest-not-computed", ErrorClass::Policy};
inline constexpr ErrorCode kNoBodyPart{"smime.no-body-part", ErrorClass::Policy};

// Refused by policy.
inline constexpr ErrorCode kNotSigned{"smime.not-signed", ErrorClass::Policy};
inline constexpr ErrorCode kNotEncrypted{"smime.not-encrypted", ErrorClass::Policy};
inline constexpr ErrorCode kPartiallySigned{"smime.partially-signed", ErrorClass::Policy};
inline constexpr ErrorCode kPartiallyEncrypted{"smime.partially-encrypted", ErrorClass::Policy};
inline constexpr ErrorCode kWeakAlgorithm{"smime.weak-algorithm", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyLayers{"smime.too-many-layers", ErrorClass::Policy};
inline constexpr ErrorCode kContentTooLarge{"smime.content-too-large", ErrorClass::Policy};

// Encoding.
inline constexpr ErrorCode kNoRecipient{"smime.no-recipient", ErrorClass::Usage};
inline constexpr ErrorCode kKeyDoesNotFit{"smime.key-does-not-fit", ErrorClass::Usage};
inline constexpr ErrorCode kBadCombination{"smime.bad-combination", ErrorClass::Usage};
inline constexpr ErrorCode kCertificateNotValid{"smime.certificate-not-valid", ErrorClass::Trust};

/// The class of a failure, one of a fixed vocabulary: digest-mismatch, bad-signature, bad-attribute, no-signer,
/// no-signer-cert, malformed, unsupported-algorithm, partially-signed, partially-encrypted, not-smime, no-key,
/// no-matching-recipient, invalid-peer-key, key-unwrap, authentication, decompress, limit, weak-algorithm,
/// chain:<why>.
std::string failure_class(const Error& error);

/// True for failures that must stop everything at once, also inside a layer: limits, a full disk. The others belong
/// to their layer, while the layers around it are still checked to their end.
bool stops_everything(const Error& error);

}  // namespace sealgate::smime
