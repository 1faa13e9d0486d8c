#pragma once
// Whether the loops of this process go round. Each tells its own pulse; /health/live and the watchdog of the service
// manager ask for the one that is the longest silent. A loop that waits for the store tells its pulse between two
// calls, so that a store that is away (each call ends in its own time-out) does not look like a loop that hangs.

#include <atomic>
#include <chrono>
#include <deque>
#include <string>

namespace sealgate::hosts {

class Pulse {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// `since`: when it is taken to have gone round last, until it does.
  explicit Pulse(std::string loop, Instant since = std::chrono::steady_clock::now())
      : loop_(std::move(loop)), beaten_(since) {}
  /// One more round. Thread-safe.
  void beat() { beaten_ = std::chrono::steady_clock::now(); }
  /// The loop ended because it should: nobody waits for it any more.
  void end() { beaten_ = Instant::max(); }
  const std::string& loop() const { return loop_; }
  /// Of its last round.
  Instant beaten() const { return beaten_; }

 private:
  const std::string loop_;
  std::atomic<Instant> beaten_;
};

/// So long a loop may be silent before the process counts as stuck (/health/live); longer than any one call to a
/// store takes with the usual time-outs. The unit's WatchdogSec is the same.
inline constexpr std::chrono::minutes kStuckAfter{3};

/// The pulses of one process. They are added before their loops start and live as long as this.
class Pulses {
 public:
  Pulse& add(std::string loop, Pulse::Instant since = std::chrono::steady_clock::now()) {
    return pulses_.emplace_back(std::move(loop), since);
  }
  const std::deque<Pulse>& all() const { return pulses_; }
  /// The one whose last round is the longest ago; null when there is none. Thread-safe once all are added.
  const Pulse* slowest() const {
    const Pulse* found = nullptr;
    for (const Pulse& pulse : pulses_) {
      if (found == nullptr || pulse.beaten() < found->beaten()) found = &pulse;
    }
    return found;
  }

 private:
  std::deque<Pulse> pulses_;
};

}  // namespace sealgate::hosts
