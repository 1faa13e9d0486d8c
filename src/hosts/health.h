#pragma once
// GET /health/live, /health/ready and /metrics on the HTTP listener, for load balancers, supervisors and Prometheus;
// and what is said of paths that no receive location has: 404, but "try again" until the locations are known.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "hosts/pulse.h"
#include "net/http_server.h"

namespace sealgate::hosts {

class Health final : public net::HttpHandler {
 public:
  /// `refusal` says why nothing is accepted now; empty when it is. It must not block, and partners may read it.
  /// `pulses` must outlive it.
  Health(const Pulses& pulses, std::function<std::string_view()> refusal, std::chrono::seconds retry_after)
      : pulses_(pulses), refusal_(std::move(refusal)), retry_after_(retry_after) {}
  net::HttpBegin begin(net::HttpRequest request) override;
  void set_ready(bool ready) { ready_ = ready; }
  /// Why no message would be accepted now; empty when one would.
  std::string_view refusal() const;
  /// `text` in Prometheus' format; it must not block. It names partners and certificates, so without `for_all` only
  /// this computer gets it, and no proxy on it. Before the first request.
  void set_metrics(std::function<std::string()> text, bool for_all);

 private:
  net::HttpBegin metrics(const net::HttpRequest& request) const;
  net::HttpBegin live() const;
  const Pulses& pulses_;
  std::function<std::string_view()> refusal_;
  std::chrono::seconds retry_after_;
  std::function<std::string()> metrics_;
  bool metrics_for_all_ = false;
  std::atomic<bool> ready_{false};
};

}  // namespace sealgate::hosts
