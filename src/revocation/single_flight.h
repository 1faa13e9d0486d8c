#pragma once
// Of several threads that want the same thing from the network at once, one asks and the others wait for what it
// brings.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace sealgate::revocation {

class SingleFlight {
 public:
  /// Ends the flight when it dies.
  class Turn {
   public:
    Turn() = default;
    Turn(SingleFlight* flight, std::string key) : flight_(flight), key_(std::move(key)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (flight_ != nullptr) flight_->end(key_);
    }
    /// False: another one asked, and came back or did not in time. Look at what it left.
    bool mine() const { return flight_ != nullptr; }

   private:
    SingleFlight* flight_ = nullptr;
    std::string key_;
  };

  Turn begin(const std::string& key, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (running_.insert(key).second) return {this, key};
    ended_.wait_until(lock, deadline, [&] { return !running_.contains(key); });
    return {};
  }

 private:
  void end(const std::string& key) {
    {
      const std::lock_guard lock(mutex_);
      running_.erase(key);
    }
    ended_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> running_;
};

}  // namespace sealgate::revocation
