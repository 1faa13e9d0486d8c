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
inline constexpr ErrorCode kBadHeaderBlock{"soap.bad-header-block",
                                           ErrorClass::Malformed};          ///< of a context property
inline constexpr ErrorCode kNotXml{"soap.not-xml", ErrorClass::Malformed};  ///< what goes out is no XML document

}  // namespace sealgate::soap
