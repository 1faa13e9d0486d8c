#include "adapters/http/http_receiver.h"

#include "adapters/http/receive_handler.h"

namespace sealgate::adapters::http {

class HttpReceiver::Impl {
 public:
  Impl(net::HttpServerOptions options, Submitter& submitter, net::HttpHandler* fallback)
      : options_(std::move(options)), handler_(submitter, fallback, options_.retry_after) {}

  ReceiveHandler& handler() { return handler_; }
  net::HttpServer* server() const { return server_.get(); }

  void begin_with_tls(net::TlsServerSettings settings) { options_.tls = std::move(settings); }
  Result<> start() {
    SG_TRY_ASSIGN(server_, net::HttpServer::create(options_, handler_));
    options_.tls.reset();  // no second copy of the keys
    server_->start();
    return {};
  }

 private:
  net::HttpServerOptions options_;
  ReceiveHandler handler_;
  std::unique_ptr<net::HttpServer> server_;  // after the handler, which it uses to its end
};

HttpReceiver::HttpReceiver(net::HttpServerOptions options, Submitter& submitter, net::HttpHandler* fallback)
    : impl_(std::make_unique<Impl>(std::move(options), submitter, fallback)) {}
HttpReceiver::~HttpReceiver() = default;

std::map<std::string, Error> HttpReceiver::set_locations(std::vector<HttpLocation> locations) {
  return impl_->handler().set_locations(std::move(locations));
}
void HttpReceiver::set_rules(HttpRules rules) {
  impl_->handler().set_rules(std::move(rules));
}
void HttpReceiver::begin_with_tls(net::TlsServerSettings settings) {
  impl_->begin_with_tls(std::move(settings));
}
Result<> HttpReceiver::set_tls(const net::TlsServerSettings& settings) {
  if (impl_->server() == nullptr) return {};
  return impl_->server()->set_tls(settings);
}
Result<> HttpReceiver::start() {
  return impl_->start();
}
void HttpReceiver::stop_accepting() {
  if (impl_->server() != nullptr) impl_->server()->stop_accepting();
}
void HttpReceiver::stop(std::chrono::steady_clock::time_point deadline) {
  if (impl_->server() != nullptr) impl_->server()->stop(deadline);
}
std::uint16_t HttpReceiver::port() const {
  return impl_->server() != nullptr ? impl_->server()->port() : 0;
}

}  // namespace sealgate::adapters::http
