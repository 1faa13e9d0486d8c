#pragma once
// Sign-ins that failed, counted by name and by network (an IPv4 address, or the first 64 bits of an IPv6 address):
// after some the next one must wait, each time twice as long. Kept in the store, so that several instances count
// together and a restart forgets nothing. Names that nobody has count like others, or counting would tell them apart.

#include "access/storage.h"

namespace sealgate::access {

struct AttemptLimits {
  std::int64_t free = 5;                   ///< failures without a pause
  std::chrono::seconds first{2};           ///< the pause after the next one; then twice as long each time
  std::chrono::seconds longest{15 * 60};   ///< never longer
  std::chrono::seconds forget{24 * 3600};  ///< without a failure for so long, it starts anew
};
inline constexpr AttemptLimits kNameLimits{};
/// Several people may share an address.
inline constexpr AttemptLimits kNetworkLimits{20, std::chrono::seconds(2), std::chrono::seconds(15 * 60),
                                              std::chrono::seconds(3600)};
/// Names and networks that are remembered at once. When that is full, new ones must wait until some are forgotten.
inline constexpr std::uint64_t kMaxAttempts = 100'000;

/// What an attacker has as many of as he likes counts as one: an IPv4 address, or 64 bits of an IPv6 address.
std::string network_of(const std::string& address);

/// Thread-safe.
class Attempts {
 public:
  /// Both must outlive it.
  Attempts(Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  /// Before a password is looked at: counts the attempt as failed, so that attempts at the same time count as well.
  /// access.too-many-attempts when it must wait; nothing is counted then.
  Result<> begin(const std::string& name, const std::string& address);
  /// It succeeded: adds to `change` what takes the count back. The name's starts anew; the network's goes back by
  /// one, so that somebody's own account does not open the door to guessing others'.
  Result<> forgive(const std::string& name, const std::string& address, Change& change);
  /// It neither failed nor succeeded: as if it had not been.
  Result<> take_back(const std::string& name, const std::string& address);
  /// How long the next one must wait; zero: not at all.
  Result<std::chrono::milliseconds> pause(const std::string& name, const std::string& address);

 private:
  struct Counted;
  Result<Counted> find(const RecordKey& key, const AttemptLimits& limits);
  static void one_less(const Counted& counted, Change& change);

  Storage& storage_;
  const Clock& clock_;
};

}  // namespace sealgate::access
