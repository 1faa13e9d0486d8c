#pragma once
// GET /health/live and /health/ready on the HTTP listener, for load balancers and supervisors.

#include <atomic>
#include <functional>
#include <string_view>

#include "net/http_server.h"

namespace sealgate::hosts {

class Health final : public net::HttpHandler {
 public:
  /// `refusal` says why nothing is accepted now; empty when it is. It must not block, and partners may read it.
  explicit Health(std::function<std::string_view()> refusal) : refusal_(std::move(refusal)) {}
  net::HttpBegin begin(net::HttpRequest request) override;
  void set_ready(bool ready) { ready_ = ready; }

 private:
  std::function<std::string_view()> refusal_;
  std::atomic<bool> ready_{false};
};

}  // namespace sealgate::hosts
