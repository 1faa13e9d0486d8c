#pragma once
// Which work to take: from the index of what is ready, port by port, so that ports that may not take more cost one
// look each, however much waits for them.

#include <atomic>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "messaging/message_box.h"
#include "store/sqlite/sql/connection.h"

namespace sealgate::store {

/// What the index work_ready is sorted by before the rank.
struct Lane {
  std::string port = {};
  std::string kind = {};
  std::string instance = {};
};

/// Where the next claim goes on when there are more ports with work than one claim looks at. Thread-safe.
class ReadyCursor {
 public:
  Lane get() const {
    const std::scoped_lock lock(mutex_);
    return lane_;
  }
  void set(Lane lane) {
    const std::scoped_lock lock(mutex_);
    lane_ = std::move(lane);
  }

 private:
  mutable std::mutex mutex_;
  Lane lane_;
};

/// The latest time that claims have seen, to notice a clock that was turned back. Before the first claim nothing is
/// known, and it may have been turned back while nobody ran. Thread-safe.
class LatestTime {
 public:
  /// Small steps back are those of threads that asked for the time before others.
  static constexpr std::chrono::milliseconds kTolerance{1000};

  bool was_after(Time now) const { return latest_ > (now + kTolerance).time_since_epoch().count(); }
  void set(Time now) { latest_ = now.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> latest_{std::numeric_limits<std::int64_t>::max()};
};

struct ReadyItem {
  std::int64_t slot = 0;
  std::int64_t rank = 0;
  messaging::WorkItem item = {};  ///< its claim has the lease of before
};

/// The first `limit` items in the order of their ranks that the request allows, among those of up to kMaximumLanes
/// lanes. `cursor` moves on when there were more.
inline constexpr std::size_t kMaximumLanes = 256;
Result<std::vector<ReadyItem>> select_ready(sql::Connection& connection, const messaging::ClaimRequest& request,
                                            std::size_t limit, Lane& cursor);

/// True when there is something that the request allows.
Result<bool> any_ready(sql::Connection& connection, const messaging::ClaimRequest& request);

}  // namespace sealgate::store
