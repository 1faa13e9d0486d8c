#pragma once
// Downloads of what authorities publish: lists, certificates, OCSP answers. The addresses come out of certificates,
// thus from strangers: size, time and redirects are limited, and an address that is not public is only connected to
// where the administrator allowed its host. Thread-safe.

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_client.h"

namespace sealgate::revocation {

struct DownloadRules {
  std::size_t max_bytes = 0;                     ///< of the answer; more is revocation.too-large
  std::chrono::milliseconds total_time{60'000};  ///< redirects included; net.timeout
  std::chrono::milliseconds connect_time{10'000};
  int max_redirects = 5;  ///< each is judged like the first address; more is revocation.too-many-redirects
};

class Downloader {
 public:
  /// Hosts at addresses that are not public which may be asked all the same, by the name or address in the URL.
  void allow_private_hosts(std::vector<std::string> hosts);

  /// The body of a 200 answer. Errors of net/ (net.address-refused among them), revocation.bad-answer,
  /// revocation.too-large.
  Result<Bytes> get(const std::string& url, const DownloadRules& rules);
  /// Posts `body` as `content_type`. A redirect is not followed.
  Result<Bytes> post(const std::string& url, const std::string& content_type, ByteView body,
                     const DownloadRules& rules);

  /// Running and later calls fail with net.cancelled. For good.
  void cancel() { client_.cancel(); }

 private:
  Result<net::HttpClientResponse> send(net::HttpClientRequest request, const DownloadRules& rules,
                                       std::chrono::steady_clock::time_point deadline, Bytes& body);
  bool is_allowed(const std::string& host) const;

  net::HttpClient client_;
  mutable std::mutex mutex_;
  std::vector<std::string> private_hosts_;
};

}  // namespace sealgate::revocation
