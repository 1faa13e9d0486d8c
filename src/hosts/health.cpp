#include "hosts/health.h"

namespace sealgate::hosts {
namespace {

/// Asked by a program on this computer for itself, not by a proxy on it for somebody else.
bool is_local(const net::HttpRequest& request) {
  const std::string_view address = request.remote_address;
  if (!address.starts_with("127.") && address != "::1" && !address.starts_with("::ffff:127.")) return false;
  return request.headers.find("X-Forwarded-For") == nullptr && request.headers.find("Forwarded") == nullptr &&
         request.headers.find("Via") == nullptr;
}

}  // namespace

void Health::set_metrics(std::function<std::string()> text, bool for_all) {
  metrics_ = std::move(text);
  metrics_for_all_ = for_all;
}

net::HttpBegin Health::metrics(const net::HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") return net::HttpResponse::plain(405, "use GET");
  net::HttpResponse response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics_();
  return response;
}

std::string_view Health::refusal() const {
  return ready_ ? refusal_() : "starting or stopping";
}

net::HttpBegin Health::live() const {
  const Pulse* slowest = pulses_.slowest();
  if (slowest == nullptr || std::chrono::steady_clock::now() - slowest->beaten() < kStuckAfter) {
    return net::HttpResponse::plain(200, "live");
  }
  return net::HttpResponse::plain(503, "stuck: the loop '" + slowest->loop() + "' does not go on");
}

net::HttpBegin Health::begin(net::HttpRequest request) {
  if (request.path == "/metrics" && metrics_ && (metrics_for_all_ || is_local(request))) return metrics(request);
  const bool is_live = request.path == "/health/live";
  if (!is_live && request.path != "/health/ready") {
    if (ready_) return net::HttpResponse::plain(404, "there is no receive location at this path");
    net::HttpResponse response = net::HttpResponse::plain(503, "starting or stopping, try again");
    response.headers.add("Retry-After", std::to_string(retry_after_.count()));
    return response;
  }
  if (request.method != "GET" && request.method != "HEAD") return net::HttpResponse::plain(405, "use GET");
  if (is_live) return live();
  // Ready means that a message could be kept now.
  if (const std::string_view reason = refusal(); !reason.empty()) {
    return net::HttpResponse::plain(503, std::string(reason));
  }
  return net::HttpResponse::plain(200, "ready");
}

}  // namespace sealgate::hosts
