#include "hosts/health.h"

namespace sealgate::hosts {

net::HttpBegin Health::begin(net::HttpRequest request) {
  const bool live = request.path == "/health/live";
  if (!live && request.path != "/health/ready") {
    return net::HttpResponse::plain(404, "there is no receive location at this path");
  }
  if (request.method != "GET" && request.method != "HEAD") return net::HttpResponse::plain(405, "use GET");
  if (live) return net::HttpResponse::plain(200, "live");
  // Ready means that a message could be kept now.
  if (!ready_) return net::HttpResponse::plain(503, "starting or stopping");
  if (const std::string_view reason = refusal_(); !reason.empty()) {
    return net::HttpResponse::plain(503, std::string(reason));
  }
  return net::HttpResponse::plain(200, "ready");
}

}  // namespace sealgate::hosts
