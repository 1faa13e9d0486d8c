#pragma once
// The end of patience: set once, when the stop deadline has passed. What runs looks at it, what waits is woken by it.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace sealgate::hosts {

class Cut {
 public:
  bool is_set() const { return set_; }
  void set() {
    {
      const std::lock_guard lock(mutex_);
      set_ = true;
    }
    changed_.notify_all();
  }
  /// Waits for so long, or until it is set. Says whether it is.
  bool wait(std::chrono::milliseconds longest) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [this] { return set_.load(); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> set_{false};
};

}  // namespace sealgate::hosts
