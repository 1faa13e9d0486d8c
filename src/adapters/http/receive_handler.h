#pragma once
// What the HTTP receiver does with one request: the table of http_receiver.h.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/http/access.h"
#include "adapters/http/http_receiver.h"

namespace sealgate::adapters::http {

class ReceiveHandler final : public net::HttpHandler {
 public:
  ReceiveHandler(Submitter& submitter, net::HttpHandler* fallback, std::chrono::seconds retry_after)
      : submitter_(submitter), fallback_(fallback), retry_after_(retry_after) {}

  std::map<std::string, Error> set_locations(std::vector<HttpLocation> locations);
  void set_rules(HttpRules rules) { access_.set_rules(std::move(rules)); }
  net::HttpBegin begin(net::HttpRequest request) override;

 private:
  /// The location as a box for bodies, for a request that was admitted. `user`: who gave name and password.
  net::HttpBegin begin_at(std::shared_ptr<const HttpLocation> location, FlavouredRequest flavoured,
                          const std::string& user);
  std::shared_ptr<const HttpLocation> find(const std::string& path) const;

  Submitter& submitter_;
  net::HttpHandler* fallback_;
  std::chrono::seconds retry_after_;
  Access access_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const HttpLocation>> by_path_;
};

}  // namespace sealgate::adapters::http
