#pragma once
// Which redirects are followed, and what goes along: the rules of HttpClientRequest::redirects.

#include <optional>

#include "net/addresses.h"
#include "net/http_client.h"

namespace sealgate::net::client {

/// The way of one request. Not thread-safe.
class Redirects {
 public:
  explicit Redirects(const HttpClientRequest& request) : request_(request), url_(request.url) {}
  /// The request that this answer leads to; absent when the answer is the last word. net.redirect-refused.
  Result<std::optional<HttpClientRequest>> next(const HttpClientResponse& response);

 private:
  Result<> check_hop(const HttpUrl& from, const HttpUrl& to) const;

  const HttpClientRequest& request_;
  std::string url_;  ///< of the last request
  int followed_ = 0;
  bool left_host_ = false;    ///< it has been to another host: credentials do not come back
  bool from_public_ = false;  ///< the first server has a public address
};

}  // namespace sealgate::net::client
