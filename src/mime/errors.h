#pragma once
// Error codes of mime/. Malformed: the bytes break the format. Policy: a limit of limits.h was passed.

#include "base/error.h"

namespace sealgate::mime {

inline constexpr ErrorCode kTooDeep{"mime.too-deep", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyParts{"mime.too-many-parts", ErrorClass::Policy};
inline constexpr ErrorCode kHeaderTooLarge{"mime.header-too-large", ErrorClass::Policy};
inline constexpr ErrorCode kTooManyHeaderFields{"mime.too-many-header-fields", ErrorClass::Policy};
inline constexpr ErrorCode kNotSevenBit{"mime.not-7bit", ErrorClass::Policy};

inline constexpr ErrorCode kNoBoundary{"mime.no-boundary", ErrorClass::Malformed};
inline constexpr ErrorCode kBadBoundary{"mime.bad-boundary", ErrorClass::Malformed};
inline constexpr ErrorCode kBadBase64{"mime.base64", ErrorClass::Malformed};
inline constexpr ErrorCode kBadQuotedPrintable{"mime.quoted-printable", ErrorClass::Malformed};
inline constexpr ErrorCode kBadUuencode{"mime.uuencode", ErrorClass::Malformed};
inline constexpr ErrorCode kUnknownEncoding{"mime.unknown-transfer-encoding", ErrorClass::Malformed};

inline constexpr ErrorCode kBadHeaderValue{"mime.bad-header-value", ErrorClass::Usage};
inline constexpr ErrorCode kWriterMisuse{"mime.writer-misuse", ErrorClass::Usage};

}  // namespace sealgate::mime
