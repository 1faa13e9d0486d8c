#pragma once
// Whether a request may come in, before anything of its body is taken: the order of http_receiver.h.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/http/http_receiver.h"

namespace sealgate::adapters::http {

/// Thread-safe. Of one listener.
class Access {
 public:
  void set_rules(HttpRules rules);

  struct Admission {
    std::optional<net::HttpResponse> refusal;
    std::string user;  ///< who gave name and password; empty: nobody
  };
  /// Changes what the request says of its client to what holds: its address, its certificate (gone unless it is good
  /// and the location looks at it), and takes out the field in which proxies pass certificates.
  Admission admit(net::HttpRequest& request, const HttpLocation& location);

 private:
  std::optional<net::HttpResponse> judge_certificate(net::HttpRequest& request, const HttpLocation& location,
                                                     const HttpRules& rules);
  net::HttpResponse refuse(const net::HttpRequest& request, const HttpLocation& location, int status,
                           const ErrorCode& code, std::string_view detail, const std::string& reason = {});

  std::mutex mutex_;
  std::shared_ptr<const HttpRules> rules_ = std::make_shared<const HttpRules>();
  Authenticator authenticator_;
  RateLimits requests_;
};

}  // namespace sealgate::adapters::http
