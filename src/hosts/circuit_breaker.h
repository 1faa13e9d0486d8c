#pragma once
// Circuit breakers: a destination that failed so often in a row is left alone for a while, then one message tries.
// Per process: each host instance finds out for itself. Thread-safe.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::hosts {

/// A transport of a port; for a dynamic port each address is one.
struct Destination {
  std::string port;
  int transport = 0;
  std::string address;  ///< of a dynamic port; else empty
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

class CircuitBreakers {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// Whether one message may go there now. Empty: yes, and if the pause is just over, this one is the probe, and its
  /// outcome must be told (success, failure or abandoned). Else the moment to ask again.
  std::optional<Moment> ask(const Destination& destination, Moment now);
  void succeeded(const Destination& destination);
  /// `settings` are those of the port at the time.
  void failed(const Destination& destination, const artifacts::CircuitBreaker& settings, Moment now);
  /// An attempt that says nothing of the destination (it never began).
  void abandoned(const Destination& destination);

  /// The primary destinations of static ports by what they may get now: paused, or only a probe.
  struct Closed {
    std::vector<std::string> paused;   ///< nothing
    std::vector<std::string> probing;  ///< one message
  };
  Closed closed(Moment now) const;

 private:
  struct State {
    int failures = 0;  ///< in a row
    bool open = false;
    bool probing = false;  ///< open, the pause is over, and one message is on its way
    Moment until{};        ///< open: the end of the pause
    std::chrono::milliseconds pause{0};
  };
  mutable std::mutex mutex_;
  std::map<Destination, State> failing_;  ///< those with failures only
};

}  // namespace sealgate::hosts
