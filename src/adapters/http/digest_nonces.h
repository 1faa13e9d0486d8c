#pragma once
// The nonces of Digest authentication (RFC 7616, 3.3 and 5.4). One that was handed out is remembered by nobody: its
// own text proves that it is ours and how old it is, so that asking for nonces fills no table. From its first use on
// the counts that were used with it are kept, so that no request can be played again.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/secret.h"

namespace sealgate::adapters::http {

/// Thread-safe. Of one process: a nonce of another one is stale, and its client asks again without bothering anybody.
class DigestNonces {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kLife{5};
  static constexpr std::size_t kMaximumUsed = 20'000;

  DigestNonces();
  std::string make(Clock::time_point now);

  enum class Use {
    Fresh,   ///< ours, young, and this count is new
    Stale,   ///< too old, or the count was used or is too far behind: the client shall take a new nonce
    Foreign  ///< not ours
  };
  /// To be asked only for a response that is right; a count that was asked for is used from then on.
  Use use(const std::string& nonce, std::uint32_t count, Clock::time_point now);

 private:
  struct Used {
    std::uint32_t highest = 0;
    std::uint64_t window = 0;  ///< bit n: highest - n was used
  };
  std::string tag(const std::string& stamp) const;

  Secret key_;
  Clock::time_point begin_;
  std::mutex mutex_;
  std::map<std::string, Used> used_;  ///< in the order of their age, as their texts begin with it
  std::string forgotten_;             ///< those up to here are stale: the table had no room for them
};

}  // namespace sealgate::adapters::http
