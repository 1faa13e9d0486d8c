#include "net/server/stream.h"

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace sealgate::net::server {

namespace {

template <typename Stream>
asio::awaitable<IoResult> read_from(Stream& stream, asio::mutable_buffer into) {
  auto [error, count] = co_await stream.async_read_some(into, kAwait);
  co_return IoResult{error, count};
}

template <typename Stream>
asio::awaitable<SystemError> write_to(Stream& stream, asio::const_buffer first, asio::const_buffer second) {
  const std::array<asio::const_buffer, 2> buffers{first, second};
  auto [error, count] = co_await asio::async_write(stream, buffers, kAwait);
  static_cast<void>(count);
  co_return error;
}

class PlainStream final : public ServerStream {
 public:
  explicit PlainStream(Tcp::socket socket) : socket_(std::move(socket)) {}
  asio::awaitable<SystemError> handshake() override { co_return SystemError{}; }
  asio::awaitable<IoResult> read_some(asio::mutable_buffer into) override { return read_from(socket_, into); }
  asio::awaitable<SystemError> write(asio::const_buffer first, asio::const_buffer second) override {
    return write_to(socket_, first, second);
  }
  asio::awaitable<void> say_goodbye() override { co_return; }
  bool is_tls() const override { return false; }
  std::optional<TlsClientCertificate> client_certificate() override { return std::nullopt; }
  Tcp::socket& socket() override { return socket_; }

 private:
  Tcp::socket socket_;
};

class TlsStream final : public ServerStream {
 public:
  TlsStream(Tcp::socket socket, std::shared_ptr<const TlsContexts> contexts)
      : contexts_(std::move(contexts)), context_(share(contexts_->first())), stream_(std::move(socket), context_) {}
  asio::awaitable<SystemError> handshake() override {
    auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
    co_return error;
  }
  asio::awaitable<IoResult> read_some(asio::mutable_buffer into) override { return read_from(stream_, into); }
  asio::awaitable<SystemError> write(asio::const_buffer first, asio::const_buffer second) override {
    return write_to(stream_, first, second);
  }
  asio::awaitable<void> say_goodbye() override {
    // Also waits for the peer's close_notify; the deadline of the connection bounds that, and an error is no news.
    auto [error] = co_await stream_.async_shutdown(kAwait);
    static_cast<void>(error);
  }
  bool is_tls() const override { return true; }
  std::optional<TlsClientCertificate> client_certificate() override {
    return client_certificate_of(stream_.native_handle());
  }
  Tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  static SSL_CTX* share(SSL_CTX* context) {
    SSL_CTX_up_ref(context);  // asio's context frees what it is given
    return context;
  }
  const std::shared_ptr<const TlsContexts> contexts_;
  asio::ssl::context context_;
  asio::ssl::stream<Tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<ServerStream> make_plain_stream(Tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<ServerStream> make_tls_stream(Tcp::socket socket, std::shared_ptr<const TlsContexts> contexts) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(contexts));
}

}  // namespace sealgate::net::server
