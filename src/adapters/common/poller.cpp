#include "adapters/common/poller.h"

namespace sealgate::adapters {

void Poller::start(std::function<std::chrono::milliseconds()> look) {
  running_ = true;
  thread_ = std::thread([this, look = std::move(look)] { run(look); });
}

void Poller::run(const std::function<std::chrono::milliseconds()>& look) {
  while (!stopping_) {
    const auto pause = look();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause, [this] { return stopping_.load(); });
  }
  const std::lock_guard lock(mutex_);
  running_ = false;
  changed_.notify_all();
}

void Poller::stop_accepting() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Poller::stop(std::chrono::steady_clock::time_point deadline) {
  stop_accepting();
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return !running_; });
  }
  cut_ = true;
  thread_.join();
}

}  // namespace sealgate::adapters
