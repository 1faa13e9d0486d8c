#pragma once
// What is known about a source: when it was asked, what it gave, why it failed, when it is asked again. Kept as
// memos, so that it outlives restarts and every host instance and the command line see the same.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certificates/crl.h"
#include "revocation/sources.h"
#include "store/common/memos.h"

namespace sealgate::revocation {

struct SourceState {
  Source source = {};
  std::optional<Time> asked = {};     ///< the last attempt
  std::optional<Time> fetched = {};   ///< the last success
  Time next = {};                     ///< when it is due
  int failures = 0;                   ///< in a row
  std::string failure = {};           ///< why the last attempt failed; empty: it did not
  std::string failure_code = {};      ///< "net.unreachable"
  int lists = 0;                      ///< that it gave the last time it gave any
  std::optional<Time> demanded = {};  ///< a message needed it while nobody followed it
  friend bool operator==(const SourceState&, const SourceState&) = default;
};

/// A source that nobody names any more is followed for so long after a message needed it.
inline constexpr std::chrono::hours kFollowDemanded{24 * 30};

/// Those that were ever asked, by no particular order. revocation.bad-state for what this version cannot read.
Result<std::vector<SourceState>> load_states(store::Memos& memos);
Result<std::optional<SourceState>> load_state(store::Memos& memos, const std::string& address);
Result<> save_state(store::Memos& memos, const SourceState& state, Time now);

/// Where a list that is in the store came from. A list without it was imported by hand.
struct ListOrigin {
  std::string sha256 = {};  ///< Crl::sha256()
  std::string address = {};
  Time fetched = {};
};
Result<std::vector<ListOrigin>> load_origins(store::Memos& memos);
Result<> save_origin(store::Memos& memos, const ListOrigin& origin);
/// Of a list that is gone.
Result<> forget_origin(store::Memos& memos, const std::string& sha256, Time now);

/// When a source that succeeded is asked again: after `refresh`, or a while before the first of its lists runs out.
Time next_after_success(Time now, std::chrono::milliseconds refresh, const std::vector<certificates::Crl>& lists);
/// After the n-th failure in a row, n from 1: half a minute, doubled each time, at most an hour, and never later than
/// `refresh` asks for.
Time next_after_failure(Time now, std::chrono::milliseconds refresh, int failures);

}  // namespace sealgate::revocation
