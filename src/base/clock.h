#pragma once
// The one clock. Everything that needs the time takes a Clock& or a Time; only hosts/ and cli/ make a SystemClock.

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate {

/// UTC, millisecond resolution.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

/// For tests: stands still until told otherwise. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void set(Time time) { now_ = time; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Time now_;
};

/// "2026-11-21T07:30:00Z", with ".123" only when there are milliseconds (RFC 3339).
std::string to_rfc3339(Time time);
/// Accepts fractions and numeric offsets; fails with base.bad-time.
Result<Time> parse_rfc3339(std::string_view text);

}  // namespace sealgate
