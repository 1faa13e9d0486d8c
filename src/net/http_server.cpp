#include "net/http_server.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/log.h"
#include "net/errors.h"
#include "net/server/asio.h"
#include "net/server/connection_book.h"
#include "net/server/session.h"
#include "net/server/tls_context.h"

namespace sealgate::net {

using server::Session;
using server::SystemError;
using server::Tcp;
using server::asio::awaitable;

HttpResponse HttpResponse::plain(int status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  response.body.push_back('\n');
  return response;
}

class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, HttpHandler& handler)
      : options_(std::move(options)),
        handler_(handler),
        workers_(std::max<std::size_t>(1, options_.worker_threads)),
        io_(static_cast<int>(std::max<std::size_t>(1, options_.io_threads))),
        work_(io_.get_executor()),
        strand_(server::asio::make_strand(io_)),
        acceptor_(strand_),
        book_({options_.max_connections, options_.max_connections_per_address}) {}

  Result<> listen();
  void start();
  Result<> set_tls(const TlsServerSettings& settings);
  std::uint16_t port() const { return port_; }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
  }
  void stop_accepting();
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  /// Beyond max_connections, this many more are told 503; what comes on top of that is closed without a word.
  std::size_t refusals_at_once() const { return options_.max_connections / 8 + 8; }
  awaitable<void> accept_loop();
  void admit(Tcp::socket socket);
  void for_each_session(void (Session::*action)());

  HttpServerOptions options_;  ///< unchanged once it listens
  HttpHandler& handler_;
  server::Workers workers_;
  server::asio::io_context io_;
  server::asio::executor_work_guard<server::asio::io_context::executor_type> work_;
  server::asio::strand<server::asio::io_context::executor_type> strand_;
  Tcp::acceptor acceptor_;
  server::ConnectionBook book_;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  bool stopped_ = false;

  mutable std::mutex mutex_;
  std::condition_variable session_ended_;
  std::unordered_set<std::shared_ptr<Session>> sessions_;
  bool draining_ = false;
  std::shared_ptr<const server::TlsContexts> tls_;  ///< of new connections; null: plain
  server::TicketKey tickets_;
};

Result<> HttpServer::Impl::listen() {
  const std::string where = options_.address + ":" + std::to_string(options_.port);
  if (options_.tls) {
    tickets_ = server::make_ticket_key();
    auto contexts = server::TlsContexts::create(*options_.tls, tickets_);
    if (!contexts) return fail(std::move(contexts).error().at(where));
    tls_ = std::move(*contexts);
    options_.tls.reset();  // the contexts have the keys; no copy lies about
  }
  SystemError error;
  const auto address = server::asio::ip::make_address(options_.address, error);
  if (error) {
    return fail(kCannotListen, "the listen address is not a numeric IP address", where,
                "give an address of this machine, for example 0.0.0.0 or 127.0.0.1");
  }
  const Tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(server::asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(kCannotListen, "cannot listen: " + error.message(), where,
                "choose a free port of an address of this machine, and one above 1023 without privileges");
  }
  port_ = acceptor_.local_endpoint(error).port();
  return {};
}

void HttpServer::Impl::start() {
  server::asio::co_spawn(strand_, accept_loop(), [](const std::exception_ptr&) {});
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.io_threads); ++i) {
    threads_.emplace_back([this] { io_.run(); });
  }
}

awaitable<void> HttpServer::Impl::accept_loop() {
  while (acceptor_.is_open()) {
    Tcp::socket socket(server::asio::make_strand(io_));
    auto [error] = co_await acceptor_.async_accept(socket, server::kAwait);
    if (!error) {
      admit(std::move(socket));
    } else if (error != server::asio::error::operation_aborted && acceptor_.is_open()) {
      // Out of descriptors, mostly: running requests will free some.
      log(LogLevel::Warning, "cannot accept a connection", {{"reason", error.message()}});
      server::asio::steady_timer pause(strand_, std::chrono::milliseconds(100));
      auto [ignored] = co_await pause.async_wait(server::kAwait);
      static_cast<void>(ignored);
    }
  }
}

Result<> HttpServer::Impl::set_tls(const TlsServerSettings& settings) {
  const std::lock_guard lock(mutex_);
  if (!tls_) return fail(kBadTlsIdentity, "the server speaks no TLS");
  const bool old = std::chrono::steady_clock::now() - tickets_.made > server::kTicketKeyLife;
  const server::TicketKey tickets = old ? server::make_ticket_key() : tickets_;
  SG_TRY_ASSIGN(tls_, server::TlsContexts::create(settings, tickets));
  tickets_ = tickets;
  return {};
}

/// Numeric, without the IPv6 form that a socket of both kinds gives IPv4 clients; and under what it is counted: of
/// IPv6 the network that one customer gets.
static std::pair<std::string, std::string> names_of(const Tcp::endpoint& remote) {
  using namespace server::asio::ip;
  address from = remote.address();
  if (from.is_v6() && from.to_v6().is_v4_mapped()) from = make_address_v4(v4_mapped, from.to_v6());
  if (from.is_v4()) return {from.to_string(), from.to_string()};
  auto bytes = from.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return {from.to_string(), make_address_v6(bytes).to_string()};
}

void HttpServer::Impl::admit(Tcp::socket socket) {
  SystemError ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  const Tcp::endpoint remote = socket.remote_endpoint(ignored);
  auto [address, counted] = names_of(remote);
  const bool exempt = any_contains(options_.exempt_networks, address);
  // Only this strand admits, so that nobody is asked to leave before the session is known.
  const auto asked = std::make_shared<std::weak_ptr<Session>>();
  auto place = book_.admit(counted, exempt, [asked] {
    if (const auto session = asked->lock()) session->cut();
  });
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    if (draining_ || sessions_.size() >= options_.max_connections + refusals_at_once()) return;
    auto stream =
        tls_ ? server::make_tls_stream(std::move(socket), tls_) : server::make_plain_stream(std::move(socket));
    session = std::make_shared<Session>(server::SessionEnvironment{options_, handler_, workers_}, std::move(stream),
                                        std::move(place));
    session->set_remote(std::move(address), remote.port());
    *asked = session;
    sessions_.insert(session);
  }
  session->start([this, raw = session.get()] {
    const std::lock_guard lock(mutex_);
    // The lambda belongs to the session's coroutine, which still holds a reference.
    sessions_.erase(raw->shared_from_this());
    session_ended_.notify_all();
  });
}

void HttpServer::Impl::for_each_session(void (Session::*action)()) {
  const std::lock_guard lock(mutex_);
  for (const auto& session : sessions_) (session.get()->*action)();
}

void HttpServer::Impl::stop_accepting() {
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return;
    draining_ = true;
  }
  // Closed when this returns, so that another server can take the address at once.
  std::promise<void> closed;
  server::asio::post(strand_, [this, &closed] {
    SystemError ignored;
    acceptor_.close(ignored);
    closed.set_value();
  });
  if (threads_.empty()) {
    io_.poll();
  } else {
    closed.get_future().wait();
  }
  for_each_session(&Session::drain);
}

void HttpServer::Impl::stop(std::chrono::steady_clock::time_point deadline) {
  stop_accepting();
  if (stopped_) return;
  stopped_ = true;
  {
    std::unique_lock lock(mutex_);
    session_ended_.wait_until(lock, deadline, [this] { return sessions_.empty(); });
  }
  for_each_session(&Session::cut);
  {
    std::unique_lock lock(mutex_);
    session_ended_.wait(lock, [this] { return sessions_.empty(); });
  }
  workers_.join();
  work_.reset();
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() {
  stop(std::chrono::steady_clock::now());
}

Result<std::unique_ptr<HttpServer>> HttpServer::create(HttpServerOptions options, HttpHandler& handler) {
  auto impl = std::make_unique<Impl>(std::move(options), handler);
  SG_TRY(impl->listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

void HttpServer::start() {
  impl_->start();
}
Result<> HttpServer::set_tls(const TlsServerSettings& settings) {
  return impl_->set_tls(settings);
}
std::uint16_t HttpServer::port() const {
  return impl_->port();
}
std::size_t HttpServer::connections() const {
  return impl_->connections();
}
void HttpServer::stop_accepting() {
  impl_->stop_accepting();
}
void HttpServer::stop(std::chrono::steady_clock::time_point deadline) {
  impl_->stop(deadline);
}

}  // namespace sealgate::net
