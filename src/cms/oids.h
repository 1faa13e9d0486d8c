#pragma once
// Object identifiers of content types and attributes. Algorithms are in crypto/algorithms.h.

#include <string_view>

namespace sealgate::cms::oids {

inline constexpr std::string_view kData = "1.2.840.113549.1.7.1";
inline constexpr std::string_view kSignedData = "1.2.840.113549.1.7.2";
inline constexpr std::string_view kEnvelopedData = "1.2.840.113549.1.7.3";
inline constexpr std::string_view kDigestedData = "1.2.840.113549.1.7.5";
inline constexpr std::string_view kEncryptedData = "1.2.840.113549.1.7.6";
inline constexpr std::string_view kCompressedData = "1.2.840.113549.1.9.16.1.9";
inline constexpr std::string_view kAuthEnvelopedData = "1.2.840.113549.1.9.16.1.23";

inline constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
inline constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
inline constexpr std::string_view kSigningTime = "1.2.840.113549.1.9.5";
inline constexpr std::string_view kCounterSignature = "1.2.840.113549.1.9.6";
inline constexpr std::string_view kSmimeCapabilities = "1.2.840.113549.1.9.15";
inline constexpr std::string_view kAlgorithmProtection = "1.2.840.113549.1.9.52";

inline constexpr std::string_view kOcspResponse = "1.3.6.1.5.5.7.16.2";  // id-ri-ocsp-response, RFC 5940

inline constexpr std::string_view kZlib = "1.2.840.113549.1.9.16.3.8";

}  // namespace sealgate::cms::oids
