#pragma once
// Figures over time and by port, location and party. They are counted out of the sealed tracking log, a second after
// it happened, in one transaction with the note of how far they are counted: so each record counts exactly once,
// whoever seals, and also after a crash. What was sealed before there were figures is counted when it is first looked
// at.

#include "store/common/figures/tally.h"
#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::figures {

/// Spans of one width that follow each other, the first of which holds `from`.
struct Series {
  Time from = {};
  std::chrono::milliseconds width = {};
  std::vector<Figures> spans = {};
  Time start(std::size_t index) const { return from + width * static_cast<std::int64_t>(index); }
};

inline constexpr std::size_t kMaximumSpans = 160;  ///< of a series that is asked for
inline constexpr std::size_t kMaximumSubjects = 50'000;

/// Thread-safe. The storage outlives it.
class FigureBook {
 public:
  explicit FigureBook(tracking::TrackingStorage& storage) : storage_(storage) {}

  /// Counts up to `most` seals that were not counted. Says how many; call again while it is `most`. When two do it at
  /// once, one counts and the other finds that nothing is left.
  Result<std::size_t> count(std::size_t most);
  /// Keeps how much work there is now.
  Result<> note(const Depth& depth, Time now);
  /// Forgets what is older than it is kept, and subjects that were not heard of for as long.
  Result<> forget(Time now);

  /// In [from, until), in spans whose width suits it: at most kMaximumSpans. Until is after from.
  Result<Series> series(Time from, Time until, Time now);
  /// Of everything that was ever counted: it only grows.
  Result<Figures> totals();
  using Activities = std::map<std::string, Activity, std::less<>>;
  /// Of everybody of a kind that was ever heard of.
  Result<Activities> activities(SubjectKind kind);

 private:
  tracking::TrackingStorage& storage_;
};

/// The width of spans for a range of this length that begins then.
std::chrono::milliseconds width_for(Time from, Time until, Time now);

}  // namespace sealgate::store::figures
