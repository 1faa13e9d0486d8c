#pragma once
// What a service manager hears of `sealgate serve` (sd_notify(3)): ready, stopping, reloading, how it is, and a sign
// of life. The protocol is one datagram for each word to the socket that $NOTIFY_SOCKET names; without it nothing is
// told.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "hosts/pulse.h"

namespace sealgate::cli {

class ServiceManager {
 public:
  /// Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID.
  ServiceManager();

  void ready() const { tell("READY=1"); }
  void stopping() const { tell("STOPPING=1"); }
  /// Until ready() is told again.
  void reloading() const;
  /// One line for `systemctl status`; told when it is another than before.
  void status(std::string line);
  /// Feeds the watchdog when every loop went round since it was last fed. A loop that stands still ends the feeding;
  /// that is said in the log, once, when half of the time is over.
  void watch(const hosts::Pulses& pulses);
  /// How often watch() wants to be called; absent: nobody waits for signs of life.
  std::optional<std::chrono::milliseconds> turn() const;

 private:
  void tell(std::string_view word) const;
  std::string socket_;  ///< as connect() takes it: an abstract name begins with a zero byte
  std::optional<std::chrono::microseconds> watchdog_;
  hosts::Pulse::Instant fed_{};
  bool said_ = false;
  std::string status_;
};

}  // namespace sealgate::cli
