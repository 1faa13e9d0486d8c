#pragma once
// The one HTTP(S) client (libcurl). A request body is pumped, so its size never shows in memory; connections are kept
// and used again. Off unless asked for: proxies (environment variables included), redirects, any protocol but http
// and https. On unless asked otherwise: verification of the server's certificate and name.

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

enum class HttpAuthentication { None, Basic, Digest };

struct HttpClientRequest {
  std::string method = "POST";
  std::string url;      ///< http or https, absolute; user names in it are refused
  HttpHeaders headers;  ///< refused with net.bad-header when a field would break out of its line

  /// Writes the body from its first byte and calls finish(); called again when a kept connection turns out to be
  /// dead. Empty: no body.
  std::function<Result<>(Sink&)> body;
  /// Exact size of what `body` writes. nullopt: sent chunked.
  std::optional<std::uint64_t> body_size;

  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds total_timeout{0};  ///< 0: none, only the two others
  /// Fails when for this long the average of both directions is below 1 byte/s. Waiting for the answer counts.
  std::chrono::seconds stall_timeout{300};
  std::size_t response_limit = std::size_t{64} * 1024;  ///< more of the answer's body is read and dropped

  /// Set: the body of a 2xx answer goes to the sink that this gives for its headers, as it comes, and not to
  /// HttpClientResponse::body. Not called for other answers, nor for an empty body. The sink's finish() is not
  /// called; its error, or that of this call, ends the request and is returned.
  std::function<Result<Sink*>(const HttpHeaders&)> answer_target;

  HttpAuthentication authentication = HttpAuthentication::None;
  std::string user;
  std::shared_ptr<const Secret> password;

  bool verify_server = true;
  Bytes trusted_ca_pem;       ///< empty: the system's
  bool trust_system = false;  ///< the system's count besides trusted_ca_pem
  std::optional<TlsIdentity> client_certificate;

  /// Asked before each connection with the numeric address that is about to be connected to, whatever name led there;
  /// false refuses it (net.address-refused when no other is left). Such connections are never kept nor kept ones
  /// used. Empty: any address.
  std::function<bool(const std::string& address)> accept_address;

  std::string proxy;  ///< "http://host:port"; empty: none
  std::string proxy_user;
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
