#pragma once
// Error codes of smime/, and the vocabulary of failure classes that reports and test vectors share.

#include <string>

#include "base/error.h"

namespace sealgate::smime {

// What the decoder found.
/// The input is neither MIME nor CMS.
inline constexpr ErrorCode kNotMime{"smime.not-mime", ErrorClass::Malformed};
/// There was nothing to read.
inline constexpr ErrorCode kEmptyInput{"smime.empty-input", ErrorClass::Malformed};
/// The message ends in its header, or before the closing delimiter of a multipart.
inline constexpr ErrorCode kTruncated{"smime.truncated", ErrorClass::Malformed};
/// A multipart/signed whose second part is no signature, or that has parts which no signature covers.
inline constexpr ErrorCode kNoSignaturePart{"smime.no-signature-part", ErrorClass::Malformed};
/// One sentence for every failed decryption: no key fits, the key is wrong, or the content is damaged.
inline constexpr ErrorCode kCannotDecrypt{"smime.cannot-decrypt", ErrorClass::Decrypt};
/// A large clear-signed part was hashed with what micalg names, but the signature uses another digest.
inline constexpr ErrorCode kWrongMicalg{"smime.wrong-micalg", ErrorClass::Signature};
/// The part that shall become the body is not there.
inline constexpr ErrorCode kNoBodyPart{"smime.no-body-part", ErrorClass::Policy};

// Refused by policy.
/// A signature over the whole message is required.
inline constexpr ErrorCode kNotSigned{"smime.not-signed", ErrorClass::Policy};
/// Encryption of the whole message is required.
inline constexpr ErrorCode kNotEncrypted{"smime.not-encrypted", ErrorClass::Policy};
/// Some parts are signed, the message is not; it never counts as signed.
inline constexpr ErrorCode kPartiallySigned{"smime.partially-signed", ErrorClass::Policy};
/// Some parts are encrypted, the message is not; it never counts as encrypted.
inline constexpr ErrorCode kPartiallyEncrypted{"smime.partially-encrypted", ErrorClass::Policy};
/// An old algorithm that was not allowed by name.
inline constexpr ErrorCode kWeakAlgorithm{"smime.weak-algorithm", ErrorClass::Policy};
/// More layers inside each other than the limit.
inline constexpr ErrorCode kTooManyLayers{"smime.too-many-layers", ErrorClass::Policy};
/// A part is larger than the limit.
inline constexpr ErrorCode kContentTooLarge{"smime.content-too-large", ErrorClass::Policy};

// Encoding.
/// Encryption is asked for, but no recipient is named.
inline constexpr ErrorCode kNoRecipient{"smime.no-recipient", ErrorClass::Usage};
/// The private key does not belong to the signing certificate.
inline constexpr ErrorCode kKeyDoesNotFit{"smime.key-does-not-fit", ErrorClass::Usage};
/// Options that cannot go together.
inline constexpr ErrorCode kBadCombination{"smime.bad-combination", ErrorClass::Usage};
/// A certificate to seal with is expired or not valid yet.
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
