#pragma once
// What the tests of net/ share: a handler that does as it is told, and a client that speaks raw bytes.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_server.h"

namespace sealgate::net::tests {

/// A one-way gate for threads: closed until open().
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// Answers "<method> <path> <bytes of body>"; the hooks change that. Counts exchanges that ended without finish().
class TestHandler final : public HttpHandler {
 public:
  std::function<HttpBegin(const HttpRequest&)> on_begin;  ///< returns an empty exchange pointer for "go on"
  std::function<std::optional<HttpResponse>(ByteView)> on_block;
  std::function<HttpResponse(const HttpRequest&, const std::string& body)> on_finish;
  std::size_t keep_body = 1 << 20;
  std::atomic<int> begun{0};
  std::atomic<int> finished{0};
  std::atomic<int> broken{0};
  std::atomic<std::size_t> largest_block{0};

  HttpBegin begin(HttpRequest request) override {
    count(begun);
    if (on_begin) {
      HttpBegin early = on_begin(request);
      if (std::holds_alternative<HttpResponse>(early)) return early;
    }
    return std::make_unique<Exchange>(*this, std::move(request));
  }

  /// Waits until `counter` reached `value`.
  void wait_for(const std::atomic<int>& counter, int value) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return counter.load() >= value; });
  }

 private:
  class Exchange final : public HttpExchange {
   public:
    Exchange(TestHandler& owner, HttpRequest request) : owner_(owner), request_(std::move(request)) {}
    ~Exchange() override {
      if (!finished_) owner_.count(owner_.broken);
    }
    std::optional<HttpResponse> write(ByteView block) override {
      owner_.largest_block = std::max(owner_.largest_block.load(), block.size());
      size_ += block.size();
      if (body_.size() < owner_.keep_body) body_.append(as_text(block));
      return owner_.on_block ? owner_.on_block(block) : std::nullopt;
    }
    HttpResponse finish() override {
      finished_ = true;
      HttpResponse response =
          owner_.on_finish
              ? owner_.on_finish(request_, body_)
              : HttpResponse::plain(200, request_.method + " " + request_.path + " " + std::to_string(size_));
      owner_.count(owner_.finished);
      return response;
    }

   private:
    TestHandler& owner_;
    HttpRequest request_;
    std::string body_;
    std::uint64_t size_ = 0;
    bool finished_ = false;
  };

  void count(std::atomic<int>& counter) {
    const std::lock_guard lock(mutex_);
    ++counter;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

/// Plain TCP on loopback. Reads time out after 20 s, so that a broken server fails a test instead of hanging it.
class RawClient {
 public:
  /// `from`: the address of this computer that the server sees.
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1") : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &address.sin_addr);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(); }

  bool connected() const { return connected_; }
  int descriptor() const { return fd_; }
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  /// Everything until the server closes.
  std::string read_all() {
    while (read_more()) {
    }
    return std::move(pending_);
  }
  /// What comes up to the end of `text`, or to the end of all.
  std::string read_until(std::string_view text) {
    while (true) {
      const std::size_t found = pending_.find(text);
      const std::size_t end = found == std::string::npos ? pending_.size() : found + text.size();
      if (found != std::string::npos || !read_more()) {
        std::string all = pending_.substr(0, end);
        pending_.erase(0, end);
        return all;
      }
    }
  }
  /// One answer with Content-Length (or a 100); "" when the server closed.
  std::string read_answer() {
    while (true) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::size_t length = 0;
        const std::size_t field = pending_.find("Content-Length: ");
        if (field < end) length = std::stoul(pending_.substr(field + 16));
        if (pending_.size() >= end + 4 + length) {
          std::string answer = pending_.substr(0, end + 4 + length);
          pending_.erase(0, end + 4 + length);
          return answer;
        }
      }
      if (!read_more()) return {};
    }
  }

 private:
  bool read_more() {
    char buffer[16384];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  int fd_;
  bool connected_ = false;
  std::string pending_;
};

inline std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

/// A server that runs for the length of a test.
struct RunningServer {
  explicit RunningServer(HttpHandler& handler, HttpServerOptions options = {}) {
    auto created = HttpServer::create(std::move(options), handler);
    if (!created) throw std::runtime_error(created.error().to_string());
    server = std::move(*created);
    server->start();
  }
  ~RunningServer() { server->stop(std::chrono::steady_clock::now()); }
  std::uint16_t port() const { return server->port(); }
  std::string url(const std::string& path = "/", const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port()) + path;
  }
  std::unique_ptr<HttpServer> server;
};

}  // namespace sealgate::net::tests
