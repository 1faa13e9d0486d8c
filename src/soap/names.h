#pragma once
// The names of SOAP 1.1 (W3C Note, May 2000) and 1.2 (W3C Recommendation, part 1).

#include <string_view>

namespace sealgate::soap {

enum class Version { Soap11, Soap12 };

inline constexpr std::string_view kSoap11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view kSoap12 = "http://www.w3.org/2003/05/soap-envelope";

inline std::string_view namespace_of(Version version) {
  return version == Version::Soap11 ? kSoap11 : kSoap12;
}
/// "1.1", "1.2": SOAP.Version.
inline std::string_view to_string(Version version) {
  return version == Version::Soap11 ? "1.1" : "1.2";
}
/// "text/xml", "application/soap+xml".
inline std::string_view media_type_of(Version version) {
  return version == Version::Soap11 ? "text/xml" : "application/soap+xml";
}

}  // namespace sealgate::soap
