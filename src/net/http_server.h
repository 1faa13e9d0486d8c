#pragma once
// A streaming HTTP/1.1 server (RFC 9110, 9112), plain or TLS 1.2/1.3.
//
// Bodies are pushed to the handler in blocks; the next block is read from the network only after the handler took the
// last one, so a slow store slows the sender and memory stays at one block a connection. Requests of one connection
// are answered in order, one at a time. Handlers run on worker threads and may block; the I/O threads never do.
//
// Refused with 400 and the end of the connection: Transfer-Encoding together with Content-Length, differing lengths,
// bad chunks, bare CR or LF, control characters, blanks before a colon, and folded lines in fields that frame the
// message or route it. Other folded fields are accepted, as partners send them, and unfolded to one blank (RFC
// 9112, 5.2).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/network.h"
#include "net/http_headers.h"
#include "net/tls_identity.h"

namespace sealgate::net {

/// The certificate that a TLS client showed and whose key it proved to hold. Nothing else is checked here: chain,
/// dates and revocation are for whoever relies on it.
struct TlsClientCertificate {
  Bytes der;
  std::string sha1_thumbprint;    ///< 40 upper-case hexadecimal digits, for people
  std::string sha256_thumbprint;  ///< 64 of them, to find its owner by
  /// What it sent along, DER: at most kMaxSentAlong, none of them looked at. Empty in a session that was resumed.
  std::vector<Bytes> sent_along = {};
};
inline constexpr int kMaxSentAlong = 8;

struct HttpRequest {
  std::string method;  ///< as sent; case matters
  std::string target;  ///< as sent, always starts with "/" (absolute form is cut to its path)
  std::string path;    ///< of `target`: percent-decoded, without the query; never holds NUL
  std::string query;   ///< of `target`: after "?", as sent
  HttpHeaders headers;
  std::optional<std::uint64_t> content_length;  ///< nullopt when chunked or when there is no body
  bool chunked = false;
  std::string remote_address;  ///< numeric
  std::uint16_t remote_port = 0;
  bool tls = false;
  std::optional<TlsClientCertificate> client_certificate;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

struct HttpResponse;

/// An answer that is not known when the request is complete. Destroyed without take(): the client is gone.
class LaterResponse {
 public:
  LaterResponse() = default;
  LaterResponse(const LaterResponse&) = delete;
  LaterResponse& operator=(const LaterResponse&) = delete;
  virtual ~LaterResponse() = default;
  /// Calls `ready` once, from any thread, perhaps at once. It must come: the server waits without a limit of its own.
  virtual void on_ready(std::function<void()> ready) = 0;
  /// After that; on a worker thread. Not another later one.
  virtual HttpResponse take() = 0;
};

/// The rest of an answer that ends when somebody says so: sent in pieces as they come (chunked; to HTTP/1.0 until the
/// end of the connection, which ends after it in any case). Destroyed: all was sent, or nobody listens any more. The
/// server asks for the next piece when the last one was sent; a client that takes none for stream_timeout is cut, and
/// one that sends anything meanwhile has had enough.
class StreamedBody {
 public:
  StreamedBody() = default;
  StreamedBody(const StreamedBody&) = delete;
  StreamedBody& operator=(const StreamedBody&) = delete;
  virtual ~StreamedBody() = default;
  /// Calls `ready` once, from any thread, perhaps at once, when next() has something to say. What was given before
  /// counts no more. It must be gone before the server is.
  virtual void on_ready(std::function<void()> ready) = 0;
  /// On a worker thread: what there is to send, perhaps nothing; nullopt: that was all.
  virtual std::optional<std::string> next() = 0;
};

/// Content-Length, Date and Connection are added by the server. A header that would break out of its line, or a
/// status outside 200..599, turns the answer into a 500.
struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  /// More of the body, read piece by piece on a worker thread: exactly `more_size` bytes.
  std::function<Result<Bytes>(std::uint64_t offset, std::size_t most)> more;
  std::uint64_t more_size = 0;
  /// Set by finish(): the answer comes from there, and the rest of this one counts for nothing. No thread waits for
  /// it.
  std::shared_ptr<LaterResponse> later;
  /// Goes on with it after `body`; then there is neither `more` nor a length.
  std::shared_ptr<StreamedBody> stream;
  bool close = false;  ///< ends the connection after this answer

  /// A plain-text answer; `text` gets a line end.
  static HttpResponse plain(int status, std::string text);
};

/// One request whose body is being received. Destroyed without finish() = the body never ended (client gone,
/// malformed or over a limit, server stopping): nothing may be kept. Calls come one after the other, each on some
/// worker thread.
class HttpExchange {
 public:
  HttpExchange() = default;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  virtual ~HttpExchange() = default;

  /// A block of the body, at most `HttpServerOptions::block_size`. An answer ends the request early: the rest of the
  /// body is not read and the connection closes.
  virtual std::optional<HttpResponse> write(ByteView block) = 0;
  /// The body is complete. What is returned is sent as it is.
  virtual HttpResponse finish() = 0;
};

using HttpBegin = std::variant<HttpResponse, std::unique_ptr<HttpExchange>>;

/// Thread-safe; must outlive the server.
class HttpHandler {
 public:
  HttpHandler() = default;
  HttpHandler(const HttpHandler&) = delete;
  HttpHandler& operator=(const HttpHandler&) = delete;
  virtual ~HttpHandler() = default;

  /// Called when the headers are complete, on a worker thread. Either an answer at once (the body, if any, is not
  /// taken), or the exchange that takes the body. "Expect: 100-continue" is answered after this accepted.
  virtual HttpBegin begin(HttpRequest request) = 0;
};

enum class ClientCertificateMode { Off, Request, Require };

/// How a server speaks TLS.
struct TlsServerSettings {
  TlsServerSettings() = default;
  TlsServerSettings(TlsIdentity only) { identities.push_back(std::move(only)); }  // NOLINT: one is the usual case

  /// At least one. A client gets the first that has the name it asks for (SNI), else the first of all.
  std::vector<TlsIdentity> identities;
  bool tls13_only = false;  ///< else 1.2 and 1.3
  ClientCertificateMode client_certificates = ClientCertificateMode::Off;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";     ///< numeric, IPv4 or IPv6
  std::uint16_t port = 0;                ///< 0: the system chooses, see HttpServer::port()
  std::optional<TlsServerSettings> tls;  ///< absent: plain HTTP

  std::size_t io_threads = 2;
  std::size_t worker_threads = 16;  ///< handler calls that can block at the same time

  std::size_t max_header_bytes = std::size_t{64} * 1024;                 ///< request line and all fields; past it 431
  std::size_t max_headers = 200;                                         ///< past it 431
  std::size_t max_target_bytes = std::size_t{8} * 1024;                  ///< past it 414
  std::uint64_t max_body_bytes = std::uint64_t{8} * 1024 * 1024 * 1024;  ///< past it 413
  std::size_t block_size = std::size_t{64} * 1024;                       ///< a connection's only body buffer
  /// Past it the connection that deserves it most is closed for the new one (net/server/connection_book.h); 503 with
  /// Retry-After and the end where all are at work.
  std::size_t max_connections = 1000;
  std::size_t max_connections_per_address = 0;  ///< the same for one client, of IPv6 one /64; 0: any
  std::vector<Network> exempt_networks;         ///< clients without such a limit: proxies, which speak for many
  /// While the oldest handler call waits longer for a worker thread, requests with a body get 503 with Retry-After at
  /// once: their senders learn it before they give up waiting.
  std::chrono::milliseconds max_worker_wait{2'000};
  std::chrono::seconds retry_after{5};  ///< said with both

  std::chrono::milliseconds header_timeout{30'000};  ///< from the first byte (TLS: from accepting) to the last header
  std::chrono::milliseconds body_timeout{120'000};   ///< without any progress of the body, or of the answer
  std::chrono::milliseconds stream_timeout{20'000};  ///< the same of a piece of a StreamedBody
  std::chrono::milliseconds idle_timeout{75'000};    ///< between two requests of a connection
  /// Least bytes a second over a whole body, looked at after the first body_timeout; 0 = any. Stops dripping senders.
  std::uint64_t min_body_rate = 64;
};

class HttpServer {
 public:
  /// Binds and listens; requests are taken from start() on. net.cannot-listen, net.bad-tls-identity.
  static Result<std::unique_ptr<HttpServer>> create(HttpServerOptions options, HttpHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  /// Connections that are accepted from now on speak TLS like this, those that are open go on as they are. Only where
  /// the server began with TLS. net.bad-tls-identity: nothing changed. Thread-safe.
  Result<> set_tls(const TlsServerSettings& settings);
  std::uint16_t port() const;
  std::size_t connections() const;

  /// Closes the listening socket and idle connections; running requests go on and close after their answer. Not to be
  /// called by a handler.
  void stop_accepting();
  /// stop_accepting(), then waits for running requests, cuts those that still run at the deadline (a handler call
  /// that runs is waited for), joins all threads. Idempotent.
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::net
