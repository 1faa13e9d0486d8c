#pragma once
// Which of many intervals hold a value: static, sorted by lower bound, with the highest upper bound of every subtree.
// Bounds are closed; a missing one is unbounded. Finding k of n takes about k times log n steps.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "messaging/context.h"

namespace sealgate::messaging {

class IntervalTree {
 public:
  struct Interval {
    std::optional<PropertyValue> low = {};
    std::optional<PropertyValue> high = {};
    std::uint32_t owner = 0;
  };

  /// All bounds of one type. Before build().
  void add(Interval interval) { intervals_.push_back(std::move(interval)); }
  void build() {
    // No lower bound comes first.
    std::ranges::stable_sort(intervals_, {}, &Interval::low);
    highest_.assign(intervals_.size(), 0);
    if (!intervals_.empty()) (void)build(0, intervals_.size());
  }
  std::size_t size() const { return intervals_.size(); }

  /// Calls `found` with the owner of every interval that holds the value, which is of the type of the bounds.
  template <typename Found>
  void stab(const PropertyValue& value, Found found) const {
    stab(0, intervals_.size(), value, found);
  }

 private:
  bool reaches(std::size_t place, const PropertyValue& value) const {
    const auto& high = intervals_[place].high;
    return !high || *high >= value;
  }

  /// The place of the interval that reaches highest between first and last.
  std::size_t build(std::size_t first, std::size_t last) {
    const std::size_t middle = first + (last - first) / 2;
    std::size_t best = middle;
    const auto consider = [&](std::size_t place) {
      const auto& high = intervals_[place].high;
      if (!high || !reaches(best, *high)) best = place;
    };
    if (first < middle) consider(build(first, middle));
    if (middle + 1 < last) consider(build(middle + 1, last));
    highest_[middle] = static_cast<std::uint32_t>(best);
    return best;
  }

  template <typename Found>
  void stab(std::size_t first, std::size_t last, const PropertyValue& value, Found& found) const {
    if (first >= last) return;
    const std::size_t middle = first + (last - first) / 2;
    if (!reaches(highest_[middle], value)) return;
    stab(first, middle, value, found);
    const Interval& interval = intervals_[middle];
    if (interval.low && *interval.low > value) return;
    if (reaches(middle, value)) found(interval.owner);
    stab(middle + 1, last, value, found);
  }

  std::vector<Interval> intervals_;
  std::vector<std::uint32_t> highest_;  ///< for the middle of each subtree: which of it reaches highest
};

}  // namespace sealgate::messaging
