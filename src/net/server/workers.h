#pragma once
// The threads that run handler calls, and how long a call waits for one of them: when handlers are slower than what
// comes in, it is better to say so at once than to let everybody wait until they give up.

#include <chrono>
#include <deque>
#include <mutex>

#include "net/server/asio.h"

namespace sealgate::net::server {

/// Thread-safe.
class Workers {
 public:
  explicit Workers(std::size_t threads) : pool_(threads) {}

  asio::thread_pool& pool() { return pool_; }
  void join() { pool_.join(); }

  /// A call was handed to the pool; the next begun() is taken for it, as the pool keeps their order.
  void waits() {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::chrono::steady_clock::now());
  }
  void begun() {
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
  }
  /// How long the oldest call waits that no thread has begun.
  std::chrono::steady_clock::duration longest_wait() const {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return {};
    return std::chrono::steady_clock::now() - waiting_.front();
  }

 private:
  asio::thread_pool pool_;
  mutable std::mutex mutex_;
  std::deque<std::chrono::steady_clock::time_point> waiting_;
};

}  // namespace sealgate::net::server
