#pragma once
// What a reverse proxy says about the client it speaks for. Taken from proxies that are trusted, and from nobody
// else: any client can write these fields.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"
#include "net/http_server.h"

namespace sealgate::adapters::http {

enum class ForwardedField { XForwardedFor, Forwarded };

struct ProxyRules {
  std::vector<Network> trusted;
  ForwardedField field = ForwardedField::XForwardedFor;
  std::string certificate_field;  ///< empty: none
};

/// The address of the client: that of the connection, or, where that is a trusted proxy, the last address of the
/// field that is none. An entry that is no address ends the search: nothing before it was written by somebody
/// trusted.
std::string client_address(const net::HttpRequest& request, const ProxyRules& rules);

/// The addresses of X-Forwarded-For, or the "for" of Forwarded (RFC 7239), in the order of the list; an entry that
/// names no address is empty. Without ports.
std::vector<std::string> forwarded_addresses(std::string_view value, ForwardedField field);

/// The certificate in a field that a proxy wrote: PEM in one line, percent-encoded (nginx's $ssl_client_escaped_cert)
/// or with blanks for line ends (Apache's %{SSL_CLIENT_CERT}s). nullopt when it is none.
std::optional<net::TlsClientCertificate> certificate_of_field(std::string_view value);

}  // namespace sealgate::adapters::http
