#pragma once
// What came already: messages are remembered as long as they could be accepted again.

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::soap {

inline constexpr std::size_t kMaximumRemembered = 200'000;

/// Thread-safe.
class ReplayCache {
 public:
  explicit ReplayCache(std::size_t most = kMaximumRemembered) : most_(most) {}

  /// soap.replayed when `key` was entered before and its time has not passed; soap.replay-cache-full when nothing can
  /// be remembered: then nobody can tell.
  Result<> enter(const std::string& key, Time until, Time now);
  /// What it stood for was not taken: it may come again.
  void leave(const std::string& key);
  std::size_t size() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::string, Time> until_;
  std::multimap<Time, std::string> order_;
};

}  // namespace sealgate::soap
