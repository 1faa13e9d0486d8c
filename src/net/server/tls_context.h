#pragma once
// TLS 1.2 and 1.3 as this server speaks it.

#include <openssl/ssl.h>

#include <memory>
#include <optional>

#include "net/http_server.h"

namespace sealgate::net::server {

struct FreeSslContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSslContext>;

/// net.bad-tls-identity when the certificate or the key cannot be read or do not belong together.
Result<SslContext> make_server_tls_context(const TlsIdentity& identity, bool request_client_certificate);

/// nullopt when the client showed none.
std::optional<TlsClientCertificate> client_certificate_of(SSL* connection);

}  // namespace sealgate::net::server
