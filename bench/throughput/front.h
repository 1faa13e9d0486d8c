#pragma once
// The minimal HTTP front of a rival: our own server, so that only what happens behind it is compared. A POST is kept
// by the function and answered 202; GET /health/ready answers 200, GET /stats what the rival says of itself.

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "net/http_server.h"

namespace sealgate::bench {

class Front final : public net::HttpHandler {
 public:
  /// `keep` blocks until the message is durable; false: it is not, and the sender gets 503. Called on many threads.
  Front(std::function<bool(Bytes)> keep, std::function<std::string()> stats)
      : keep_(std::move(keep)), stats_(std::move(stats)) {}
  net::HttpBegin begin(net::HttpRequest request) override;

 private:
  std::function<bool(Bytes)> keep_;
  std::function<std::string()> stats_;
};

/// Serves on a free port, which it prints, until SIGTERM. Call block_stop_signals() before any thread starts.
void block_stop_signals();
int serve_front(Front& front, std::size_t workers);

/// Threads that post messages to a URL with our HTTP client, each again until it is taken.
class Deliveries {
 public:
  struct Item {
    std::uint64_t id = 0;
    Bytes body;
  };
  /// `next` blocks for a message and gives false at the end; `delivered` is called after the 200. On many threads.
  Deliveries(std::string url, std::size_t threads, std::function<bool(Item&)> next,
             std::function<void(std::uint64_t)> delivered);
  /// `next` must have begun to give false.
  ~Deliveries();
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::bench
