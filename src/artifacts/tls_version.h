#pragma once
// The oldest version of TLS that one end of a connection accepts.

#include <string_view>

namespace sealgate::artifacts {

enum class TlsVersion { Tls12, Tls13 };
std::string_view to_string(TlsVersion version);  ///< "1.2", "1.3"

}  // namespace sealgate::artifacts
