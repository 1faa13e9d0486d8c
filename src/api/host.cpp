#include "api/host.h"

#include "api/door.h"
#include "api/event_hub.h"
#include "api/identity.h"
#include "api/operations/operations.h"

namespace sealgate::api {

struct Host::Impl {
  std::shared_ptr<Services> services;
  Live live;
  access::Gate gate;
  Door door{gate};
  std::unique_ptr<Server> server;
  std::unique_ptr<net::HttpServer> http;  ///< after what it calls
  std::string thumbprint;

  Impl(store::Store& store, const access::GateOptions& options) : gate(store.access(), store.clock(), options) {}
};

namespace {

net::HttpServerOptions listener_of(const HostOptions& options, net::TlsIdentity identity) {
  net::HttpServerOptions listener;
  listener.address = options.address;
  listener.port = options.port;
  listener.tls = net::TlsServerSettings(std::move(identity));
  listener.io_threads = 1;
  listener.worker_threads = 8;
  listener.max_header_bytes = std::size_t{32} * 1024;
  listener.max_body_bytes = std::uint64_t{32} * 1024 * 1024;  // each operation says how much of that it takes
  listener.max_connections = 600;
  listener.max_connections_per_address = 200;
  return listener;
}

}  // namespace

Host::Host(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Host::~Host() {
  stop(std::chrono::milliseconds(0));
}

Result<std::unique_ptr<Host>> Host::start(HostOptions options, store::Store& store) {
  auto impl = std::make_unique<Impl>(store, options.gate);
  SG_TRY_ASSIGN(auto own, own_identity(options.services.place.data, options.address, store.clock().now()));
  impl->thumbprint = own.certificate.thumbprint_sha256().to_hex();
  impl->services = std::make_shared<Services>(store, options.services);
  impl->live.board = std::make_shared<StatusBoard>(impl->services);
  impl->live.events = std::make_shared<EventHub>([board = impl->live.board] { return board->look(); });
  ServerOptions server;
  server.others = options.others;
  SG_TRY_ASSIGN(impl->server, Server::create(description_text(), make_actions(impl->services, impl->live, impl->gate),
                                             impl->door, server));
  SG_TRY_ASSIGN(impl->http, net::HttpServer::create(listener_of(options, std::move(own.identity)), *impl->server));
  impl->http->start();
  return std::unique_ptr<Host>(new Host(std::move(impl)));
}

std::uint16_t Host::port() const {
  return impl_->http->port();
}

const std::string& Host::thumbprint() const {
  return impl_->thumbprint;
}

Result<std::string> Host::first_invitation() {
  SG_TRY_ASSIGN(const auto issued, impl_->gate.first_invitation());
  return issued ? issued->secret : std::string();
}

void Host::stop(std::chrono::milliseconds within) {
  impl_->http->stop_accepting();
  impl_->live.events->stop();
  impl_->http->stop(std::chrono::steady_clock::now() + within);
}

}  // namespace sealgate::api
