#pragma once
// The one HTTP(S) client (libcurl). A request body is pumped, so its size never shows in memory; connections are kept
// and used again. Off unless asked for: proxies (environment variables included), redirects, HTTP/2, compression, any
// protocol but http and https. On unless asked otherwise: verification of the server's certificate and name.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/secret.h"
#include "base/sink.h"
#include "net/http_headers.h"
#include "net/tls_identity.h"

namespace sealgate::net {

/// Basic goes with the first request. Digest (RFC 7616, MD5 and SHA-256) and NTLM begin with a request without a
/// body, so that the body is sent once.
enum class HttpAuthentication { None, Basic, Digest, Ntlm };

enum class TlsVersion { Tls12, Tls13 };

struct HttpClientRequest {
  std::string method = "POST";
  std::string url;      ///< http or https, absolute; user names in it are refused
  HttpHeaders headers;  ///< refused with net.bad-header when a field would break out of its line

  /// Writes the body from its first byte and calls finish(); called again when a kept connection turns out to be
  /// dead. Empty: no body.
  std::function<Result<>(Sink&)> body;
  /// Exact size of what `body` writes. nullopt: sent chunked.
  std::optional<std::uint64_t> body_size;

  // Time limits of each phase, whose error is net.timeout and names it.
  std::chrono::milliseconds connect_timeout{30'000};  ///< name resolution, TCP, and the proxy's consent
  std::chrono::milliseconds tls_timeout{30'000};
  std::chrono::milliseconds stall_timeout{300'000};   ///< while sending or receiving, without a single byte
  std::chrono::milliseconds answer_timeout{300'000};  ///< from the last byte sent to the first of the answer
  std::chrono::milliseconds total_timeout{0};         ///< redirects included; 0: none, only the others

  std::size_t response_limit = std::size_t{64} * 1024;  ///< what is kept of the answer's body; past it, ...
  std::uint64_t drain_limit = std::uint64_t{1} << 20U;  ///< ... so much is read and dropped, then it is cut off
  /// Bytes of an answer that goes to an answer_target, expanded: net.answer-too-large. 0: any.
  std::uint64_t answer_limit = 0;
  /// The answer may come compressed. To an answer_target: net.answer-expands past 16 MiB at more than 200:1.
  bool accept_gzip = false;

  /// Set: a body is announced with "Expect: 100-continue" (RFC 9110, 10.1.1) and sent after that time without an
  /// answer to it. Not set: never.
  std::optional<std::chrono::milliseconds> expect_continue;
  bool keep_alive = true;  ///< false: a connection of its own, and "Connection: close"
  bool http2 = false;      ///< on https when the server offers it (RFC 9113); not with Digest and NTLM

  /// So many of 301, 302, 307 and 308 are followed, each time with the same method and body (a 303 is not: what it
  /// leads to is no delivery). 0: a redirect is an answer like others. net.redirect-refused past it, from https to
  /// http, and from a public address to one that is not. To another host go neither credentials nor the client
  /// certificate.
  int redirects = 0;

  /// Set: the body of a 2xx answer goes to the sink that this gives for its headers, as it comes, and not to
  /// HttpClientResponse::body. Not called for other answers, nor for an empty body. The sink's finish() is not
  /// called; its error, or that of this call, ends the request and is returned.
  std::function<Result<Sink*>(const HttpHeaders&)> answer_target;

  HttpAuthentication authentication = HttpAuthentication::None;
  std::string user;
  std::shared_ptr<const Secret> password;

  TlsVersion minimum_tls = TlsVersion::Tls12;
  bool verify_server = true;
  bool verify_name = true;    ///< only with verify_server
  Bytes trusted_ca_pem;       ///< empty: the system's
  bool trust_system = false;  ///< the system's count besides trusted_ca_pem
  std::optional<TlsIdentity> client_certificate;

  /// Asked before each connection with the numeric address that is about to be connected to, whatever name led there;
  /// false refuses it (net.address-refused when no other is left). Such connections are never kept nor kept ones
  /// used. Empty: any address.
  std::function<bool(const std::string& address)> accept_address;

  std::string proxy;       ///< "http://host:port"; empty: none
  std::string proxy_user;  ///< by Basic; empty: none
  std::shared_ptr<const Secret> proxy_password;
};

/// What a status means for whoever sent something with it.
enum class HttpStatusClass {
  Success,      ///< 2xx
  Redirect,     ///< 3xx: not followed
  Busy,         ///< 408, 425, 429: the server asks for another attempt
  ClientError,  ///< other 4xx: the same request will hardly succeed
  ServerError   ///< 5xx
};
HttpStatusClass classify_status(int status);
std::string_view to_string(HttpStatusClass status_class);

struct HttpClientResponse {
  int status = 0;
  HttpHeaders headers;  ///< of the final answer
  std::string body;     ///< the first `response_limit` bytes
  bool body_truncated = false;
  bool connection_reused = false;
  std::string peer_address;  ///< numeric; of the proxy when there is one
  HttpStatusClass status_class() const { return classify_status(status); }
};

/// Thread-safe: calls from several threads run side by side, each on connections of its own out of the pool.
class HttpClient {
 public:
  explicit HttpClient(std::size_t max_idle_connections = 32);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Any status is a success of this call; only a missing or unusable answer is an error, and a 2xx that came before
  /// the body was sent to its end, since the server cannot have it. An error of the body's pump
  /// itself is returned as it is, and the connection is cut so that the server cannot take the body for complete.
  Result<HttpClientResponse> send(const HttpClientRequest& request);

  /// Running and later calls fail with net.cancelled within a fraction of a second. For good.
  void cancel();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::net
