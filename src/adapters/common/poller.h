#pragma once
// The thread of an adapter that looks at something again and again.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace sealgate::adapters {

/// Life: start(), stop_accepting(), stop(), as a ReceiveAdapter's; the last two also without the first and twice.
class Poller {
 public:
  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller() { stop(std::chrono::steady_clock::now()); }

  /// `look` looks once and says how long to wait until the next time. It must end soon once stopping() is set, and at
  /// once when cut() is.
  void start(std::function<std::chrono::milliseconds()> look);
  void stop_accepting();
  /// Waits for the look that has begun, and cuts it at the deadline.
  void stop(std::chrono::steady_clock::time_point deadline);

  bool stopping() const { return stopping_; }
  const std::atomic<bool>& cut() const { return cut_; }

 private:
  void run(const std::function<std::chrono::milliseconds()>& look);

  std::atomic<bool> stopping_{false};
  std::atomic<bool> cut_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false;
  std::thread thread_;
};

}  // namespace sealgate::adapters
