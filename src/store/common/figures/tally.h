#pragma once
// Records of the tracking log, counted.

#include "messaging/tracking.h"
#include "store/common/figures/figures.h"

namespace sealgate::store::figures {

/// The widths in which figures are kept: fine ones for two days, coarse ones for 400.
struct SeriesKind {
  std::string_view name;
  std::chrono::milliseconds width;
  std::chrono::milliseconds kept;
};
inline constexpr SeriesKind kFine{"15s", std::chrono::seconds(15), std::chrono::hours(48)};
inline constexpr SeriesKind kCoarse{"15min", std::chrono::minutes(15), std::chrono::hours(24 * 400)};

/// What some records add up to. Ports that are not tracked (`tracking: false`) leave no records and count nowhere.
class Tally {
 public:
  void add(const messaging::TrackingRecord& record);

  using Spans = std::map<Time, Figures>;  ///< by their starts
  using Subjects = std::map<std::string, Activity, std::less<>>;
  const Spans& fine() const { return fine_; }
  const Spans& coarse() const { return coarse_; }
  const std::map<SubjectKind, Subjects>& subjects() const { return subjects_; }

 private:
  void count(SubjectKind kind, std::string_view name, const messaging::TrackingRecord& record, bool failure,
             std::string_view code);
  Spans fine_;
  Spans coarse_;
  std::map<SubjectKind, Subjects> subjects_;
};

}  // namespace sealgate::store::figures
