#pragma once
// GET /health/live and /health/ready on the HTTP listener, for load balancers and supervisors.

#include <atomic>

#include "messaging/message_box.h"
#include "net/http_server.h"

namespace sealgate::hosts {

class Health final : public net::HttpHandler {
 public:
  explicit Health(messaging::MessageBox& box) : box_(box) {}
  net::HttpBegin begin(net::HttpRequest request) override;
  void set_ready(bool ready) { ready_ = ready; }

 private:
  messaging::MessageBox& box_;
  std::atomic<bool> ready_{false};
};

}  // namespace sealgate::hosts
