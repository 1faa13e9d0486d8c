#pragma once
// Owners of libcurl's handles, and the pool that keeps their connections alive between requests.

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sealgate::net::client {

// libcurl's easy and multi handles are both void: each needs its own deleter.
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;
using MultiHandle = std::unique_ptr<CURLM, FreeMulti>;
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// A multi handle carries the connections, an easy handle one request on them. Used by one thread at a time.
struct Line {
  MultiHandle multi;
  EasyHandle easy;
  std::string origin;  ///< scheme, host, port of the connection it holds

  static Result<std::unique_ptr<Line>> open();
  /// Lets the transfer go on as far as it can without waiting: how it ended, once it is over. net.client-failed.
  Result<std::optional<CURLcode>> advance() const;
  /// Waits until something moves on the network, so briefly that a cancel is seen soon. net.client-failed.
  Result<> wait() const;
};

/// Thread-safe.
class LinePool {
 public:
  explicit LinePool(std::size_t max_idle) : max_idle_(max_idle) {}
  /// One that last spoke to `origin` when there is one, else a new one.
  Result<std::unique_ptr<Line>> take(std::string_view origin);
  /// Only lines in good order come back; past the limit the longest unused goes.
  void give_back(std::unique_ptr<Line> line);

 private:
  std::size_t max_idle_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> idle_;  ///< the most recently used last
};

}  // namespace sealgate::net::client
