#pragma once
// Which network an address belongs to: what came with a certificate or a redirect must not lead a download into the
// networks behind the firewall.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

struct sockaddr;

namespace sealgate::net {

/// "192.0.2.1", "2001:db8::1"; empty for anything but IPv4 and IPv6.
std::string numeric_address(const sockaddr& address);

/// True for a numeric address that the whole Internet can reach. False for loopback, private, shared, link-local,
/// multicast, documentation and reserved ones (RFC 6890 and its registries), for IPv6 addresses that carry such an
/// IPv4 address (mapped, 6to4, NAT64, Teredo), and for what is no address.
bool is_public_address(std::string_view numeric);

struct HttpUrl {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; IPv6 addresses without brackets
  std::string port;    ///< digits, also when it is the scheme's own
};
/// Of an absolute http or https URL without user name, as the client reads it; else net.bad-url.
Result<HttpUrl> parse_http_url(const std::string& url);
/// What a Location header of an answer from `base` leads to, absolute. net.bad-url.
Result<std::string> resolve_url(const std::string& base, const std::string& location);

}  // namespace sealgate::net
