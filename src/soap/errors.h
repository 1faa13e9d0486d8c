#pragma once
// Error codes of soap/. Texts name elements and rules, never values of a message.

#include "base/error.h"

namespace sealgate::soap {

// Envelopes
inline constexpr ErrorCode kTooLarge{"soap.too-large", ErrorClass::Policy};  ///< larger than is held in memory
inline constexpr ErrorCode kNotAnEnvelope{"soap.not-an-envelope",
                                          ErrorClass::Malformed};  ///< XML, but not a SOAP envelope
inline constexpr ErrorCode kVersionMismatch{"soap.version-mismatch",
                                            ErrorClass::Malformed};  ///< of a version that is not taken here
inline constexpr ErrorCode kBadEnvelope{"soap.bad-envelope", ErrorClass::Malformed};  ///< breaks the rules of SOAP
inline constexpr ErrorCode kBodyNotOne{"soap.body-not-one", ErrorClass::Malformed};   ///< body without or with many
inline constexpr ErrorCode kHeadersTooLarge{"soap.headers-too-large", ErrorClass::Policy};
/// A header block that must be understood, and is not.
inline constexpr ErrorCode kNotUnderstood{"soap.not-understood", ErrorClass::Policy};
inline constexpr ErrorCode kNoSuchOperation{"soap.no-such-operation", ErrorClass::Malformed};
/// The action names another operation than the document in the Body.
inline constexpr ErrorCode kActionMismatch{"soap.action-mismatch", ErrorClass::Malformed};
inline constexpr ErrorCode kBadHeaderBlock{"soap.bad-header-block",
                                           ErrorClass::Malformed};          ///< of a context property
inline constexpr ErrorCode kNotXml{"soap.not-xml", ErrorClass::Malformed};  ///< what goes out is no XML document

// WS-Security. To whoever sent the message all of these look alike.
inline constexpr ErrorCode kBadSecurity{"soap.bad-security", ErrorClass::Malformed};  ///< the header breaks its rules
inline constexpr ErrorCode kDuplicateId{"soap.duplicate-id", ErrorClass::Policy};     ///< two elements have one Id
/// An algorithm or transform that is not taken.
inline constexpr ErrorCode kAlgorithmRefused{"soap.algorithm-refused", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyReferences{"soap.too-many-references", ErrorClass::Policy};
inline constexpr ErrorCode kNoSignature{"soap.no-signature", ErrorClass::Policy};  ///< one is demanded
/// The signature is good, but not over what is demanded: the Body that is used, the Timestamp.
inline constexpr ErrorCode kNotCovered{"soap.not-covered", ErrorClass::Policy};
inline constexpr ErrorCode kBadSignature{"soap.bad-signature", ErrorClass::Signature};
inline constexpr ErrorCode kUnknownSigner{"soap.unknown-signer",
                                          ErrorClass::Trust};  ///< the certificate is named, and not known here
inline constexpr ErrorCode kNoEncryption{"soap.no-encryption", ErrorClass::Policy};  ///< it is demanded
inline constexpr ErrorCode kDecryptFailed{"soap.decrypt-failed", ErrorClass::Decrypt};
inline constexpr ErrorCode kNoTimestamp{"soap.no-timestamp", ErrorClass::Policy};
inline constexpr ErrorCode kStale{"soap.stale", ErrorClass::Policy};        ///< too old, expired, or of the future
inline constexpr ErrorCode kReplayed{"soap.replayed", ErrorClass::Policy};  ///< came before
inline constexpr ErrorCode kReplayCacheFull{"soap.replay-cache-full", ErrorClass::Transport};
inline constexpr ErrorCode kNoUser{"soap.no-user", ErrorClass::Policy};       ///< a UsernameToken is demanded
inline constexpr ErrorCode kBadUser{"soap.bad-user", ErrorClass::Signature};  ///< unknown, or the wrong password
inline constexpr ErrorCode kSecurityFailed{"soap.security-failed",
                                           ErrorClass::Environment};  ///< xmlsec could not do what it must

}  // namespace sealgate::soap
