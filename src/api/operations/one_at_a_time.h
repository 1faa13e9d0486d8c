#pragma once
// A turnstile for what goes out to other computers: one at a time, and so many in a minute.

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "api/errors.h"

namespace sealgate::api {

/// Thread-safe; outlives what it lets in.
class OneAtATime {
 public:
  OneAtATime(std::string what, std::size_t per_minute) : what_(std::move(what)), per_minute_(per_minute) {}

  /// Lets the next one in when it dies.
  class Inside {
   public:
    explicit Inside(OneAtATime& of) : of_(&of) {}
    Inside(Inside&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Inside& operator=(Inside&&) = delete;
    ~Inside() {
      if (of_ != nullptr) of_->leave();
    }

   private:
    OneAtATime* of_;
  };

  /// api.too-many-requests.
  Result<Inside> enter() {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    while (!begun_.empty() && now - begun_.front() > std::chrono::minutes(1)) begun_.pop_front();
    if (busy_) return fail(kTooManyRequests, what_ + " is under way already", {}, "try again in a moment");
    if (begun_.size() >= per_minute_) {
      return fail(kTooManyRequests, what_ + " was asked for " + std::to_string(begun_.size()) + " times in a minute",
                  {}, "try again in a minute");
    }
    busy_ = true;
    begun_.push_back(now);
    return Inside(*this);
  }

 private:
  void leave() {
    const std::scoped_lock lock(mutex_);
    busy_ = false;
  }

  const std::string what_;
  const std::size_t per_minute_;
  std::mutex mutex_;
  bool busy_ = false;
  std::deque<std::chrono::steady_clock::time_point> begun_;
};

}  // namespace sealgate::api
