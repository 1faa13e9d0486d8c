#pragma once
// What happened: in a span of time, and at one port, location or party. Values; how they are counted is in tally.h,
// where they are kept in figure_book.h.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/common/figures/histogram.h"

namespace sealgate::store::figures {

/// How much work there was at a moment.
struct Depth {
  std::uint64_t waiting = 0;    ///< ready, active, retrying, scheduled
  std::uint64_t suspended = 0;  ///< waits for a person
};

/// At most so many reasons are told apart in one span; further ones are counted under "".
inline constexpr std::size_t kMaximumReasons = 64;

/// Of one span of time.
struct Figures {
  std::uint64_t received = 0;  ///< came in, whatever became of it
  std::uint64_t sent = 0;      ///< deliveries that a partner has
  std::uint64_t failed = 0;    ///< refused, unroutable, a failed attempt, suspended
  /// From the acceptance of a message to each of its deliveries.
  Histogram latency = {};
  /// What was suspended or refused, by the code of its failure.
  std::map<std::string, std::uint64_t, std::less<>> suspended = {};
  std::optional<Depth> depth = {};  ///< the most of each that was seen; absent: nobody looked

  void suspend(std::string_view code, std::uint64_t count = 1);
  void see(const Depth& seen);
  void add(const Figures& other);
};

Bytes encode(const Figures& figures);
/// store.corrupt for anything that encode() did not write.
Result<Figures> decode_figures(ByteView bytes);

enum class SubjectKind { ReceivePort, Location, SendPort, Party };
std::string_view to_string(SubjectKind kind);

/// Of one port, location or party. A party's are of what came from it.
struct Activity {
  struct Slot {
    Time start = {};
    std::uint64_t messages = 0, failures = 0;
  };
  std::optional<Time> last_message = {};
  std::optional<Time> last_failure = {};
  std::string last_failure_code = {};
  std::vector<Slot> recent = {};  ///< spans of five minutes of the last hour, the oldest first
  std::vector<Slot> hours = {};   ///< of the last day, the oldest first

  void count(Time at, bool failure, std::string_view code);
  void add(const Activity& other);
  /// Within the last hour, to five minutes; within the last day, to an hour.
  struct Sums {
    std::uint64_t hour = 0, hour_failures = 0, day = 0, day_failures = 0;
  };
  Sums sums(Time now) const;
  /// Messages in each of the last 24 hours, the oldest first.
  std::vector<std::uint64_t> by_hour(Time now) const;
};

Bytes encode(const Activity& activity);
/// store.corrupt.
Result<Activity> decode_activity(ByteView bytes);

/// The start of the span of this width that holds `at`.
Time start_of(Time at, std::chrono::milliseconds width);

}  // namespace sealgate::store::figures
