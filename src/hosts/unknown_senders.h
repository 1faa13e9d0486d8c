#pragma once
// Messages of nobody known, at ports that demand somebody (authentication drop or keep). They are counted, and told
// to the tracking log and to the log once a minute and not one by one; only so many are kept; and who sends many of
// them gets no more of our time than known partners leave over.
//
// An address is a remote address as the adapter says it; "" (FILE) is never held off. Known is an address that a
// message of a known party came from in the last ten minutes.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/message_box.h"

namespace sealgate::hosts {

struct UnknownSenderLimits {
  std::size_t failures = 20;           ///< a minute, of an address that is not known; then it must wait for the next
  std::size_t at_once = 2;             ///< of addresses not known at a location that had so many failures this minute
  std::size_t addresses = 10'000;      ///< that are remembered at a time
  std::size_t lines = 100;             ///< of the audit a minute; what is more is summed up as address "others"
  std::chrono::minutes known_for{10};  ///< after its last message
};

class UnknownSenders {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  explicit UnknownSenders(UnknownSenderLimits limits = {}) : limits_(limits) {}

  /// A place for one message of this address while it is worked on; given back when the last copy dies.
  using Place = std::shared_ptr<void>;
  /// Before its first byte is read. hosts.too-many-unauthenticated: the address, or the location, must wait.
  Result<Place> enter(const std::string& port, const std::string& location, const std::string& address, Moment now);

  /// A message of a known party came from there.
  void known(const std::string& address, Moment now);

  enum class Fate {
    Dropped,  ///< authentication drop
    Kept,     ///< authentication keep: suspended, or routed as a failed message
    Refused   ///< nothing kept, for a limit: the sender must come again
  };
  struct Failed {
    std::string port, location, address;
    std::string_view reason;  ///< an error code
    Fate fate = Fate::Dropped;
  };
  void failed(const Failed& message, Moment now);

  /// Room for one more at this location, of `maximum`: hold it until kept() was called, or nothing will be. Null:
  /// there is none. Those that people settled meanwhile make room.
  Result<Place> may_keep(messaging::MessageBox& box, const std::string& port, const std::string& location,
                         std::size_t maximum, Moment now);
  void kept(const std::string& location, const messaging::WorkId& work);

  /// Writes what came together since the last time: one record for each location, reason, fate and address to the
  /// tracking log, one line for each location to the log. Call it once a minute, and at the end. What cannot be
  /// recorded is tried again with the next.
  Result<> tell(messaging::MessageBox& box, Time now);

  /// Since the start. In Prometheus' format, with the names of locations.
  std::string metrics() const;

 private:
  struct Sender {
    Moment minute = {};
    std::size_t failures = 0;  ///< in that minute
    Moment known = {};
  };
  struct Location {
    Moment minute = {};
    std::size_t failures = 0;
    std::size_t at_once = 0;
    bool seeded = false;
    std::set<std::string> kept = {};  ///< work items
    std::size_t promised = 0;         ///< rooms that are held
    Moment next_look = {};
    std::array<std::uint64_t, 3> totals = {};  ///< by Fate
  };
  using Line = std::array<std::string, 5>;  ///< port, location, reason, fate, address

  bool is_known(const Sender& sender, Moment now) const;
  Sender& sender_of(const std::string& address, Moment now);
  /// Looks for what is still suspended, without the lock.
  Result<std::set<std::string>> still_kept(messaging::MessageBox& box, const std::string& port,
                                           const std::string& location, const std::set<std::string>& kept,
                                           bool seeded, std::size_t maximum) const;
  void leave(const std::string& location);
  /// Null when there is none. With the lock.
  Place room_at(const std::string& location, std::size_t maximum);
  void count(Line line, std::uint64_t messages);

  const UnknownSenderLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Sender> senders_;
  std::map<std::string, Location> locations_;
  std::map<Line, std::uint64_t> lines_;
};

}  // namespace sealgate::hosts
