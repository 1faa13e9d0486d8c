#pragma once
// A client's connection, plain or TLS. All calls on the strand of the connection, one operation at a time.

#include <memory>
#include <optional>

#include "net/http_server.h"
#include "net/server/asio.h"
#include "net/server/tls_context.h"

namespace sealgate::net::server {

struct IoResult {
  SystemError error;
  std::size_t count = 0;
};

class ServerStream {
 public:
  ServerStream() = default;
  ServerStream(const ServerStream&) = delete;
  ServerStream& operator=(const ServerStream&) = delete;
  virtual ~ServerStream() = default;

  virtual asio::awaitable<SystemError> handshake() = 0;
  virtual asio::awaitable<IoResult> read_some(asio::mutable_buffer into) = 0;
  /// All of both, in one go where the transport can.
  virtual asio::awaitable<SystemError> write(asio::const_buffer first, asio::const_buffer second) = 0;
  /// Tells the peer at the TLS level that nothing follows; does not wait for its answer.
  virtual asio::awaitable<void> say_goodbye() = 0;
  virtual bool is_tls() const = 0;
  virtual std::optional<TlsClientCertificate> client_certificate() = 0;
  virtual Tcp::socket& socket() = 0;
};

std::unique_ptr<ServerStream> make_plain_stream(Tcp::socket socket);
std::unique_ptr<ServerStream> make_tls_stream(Tcp::socket socket, std::shared_ptr<const TlsContexts> contexts);

}  // namespace sealgate::net::server
