#pragma once
// TLS 1.2 and 1.3 as this server speaks it.

#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "net/http_server.h"

namespace sealgate::net::server {

struct FreeSslContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSslContext>;

/// What encrypts session tickets. All contexts of a server share it, so that a session begun under one certificate is
/// resumed under its successor; whoever knows it reads the sessions that it protected, so that it does not live long.
struct TicketKey {
  std::array<unsigned char, 80> bytes{};
  std::chrono::steady_clock::time_point made;
};
inline constexpr std::chrono::hours kTicketKeyLife{12};
TicketKey make_ticket_key();

/// One context for each certificate of a server. Immutable; connections hold it by shared pointer, since OpenSSL asks
/// it for the certificate in the middle of a handshake.
class TlsContexts {
 public:
  /// net.bad-tls-identity when a certificate or a key cannot be read or do not belong together, or there is none.
  static Result<std::shared_ptr<const TlsContexts>> create(const TlsServerSettings& settings,
                                                           const TicketKey& tickets);

  /// What connections begin with.
  SSL_CTX* first() const { return contexts_.front().context.get(); }
  /// The first whose certificate has this name; nullptr when none has.
  SSL_CTX* find(std::string_view server_name) const;

 private:
  struct Named {
    X509* certificate;  ///< the context's
    SslContext context;
  };
  std::vector<Named> contexts_;
};

/// nullopt when the client showed none.
std::optional<TlsClientCertificate> client_certificate_of(SSL* connection);

}  // namespace sealgate::net::server
