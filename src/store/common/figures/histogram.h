#pragma once
// How long things took, as counts in classes that grow by the fourth root of two: what is read from it is within a
// tenth of the truth, from a millisecond to months, in a few bytes, and histograms of many spans add up.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "messaging/stored_form.h"

namespace sealgate::store::figures {

class Histogram {
 public:
  void add(std::chrono::milliseconds took);
  void add(const Histogram& other);
  std::uint64_t count() const { return count_; }
  std::chrono::milliseconds sum() const { return std::chrono::milliseconds(sum_); }
  /// How many took no longer; of those that took about as long, as many as their class holds.
  std::uint64_t at_most(std::chrono::milliseconds limit) const;
  /// What this share (0 to 1) of them did not exceed; nothing without any.
  std::optional<std::chrono::milliseconds> quantile(double share) const;

  void write(Bytes& out) const;
  /// What is no histogram spoils the reader.
  static Histogram read(messaging::stored::Reader& reader);

 private:
  static constexpr std::size_t kClasses = 136;  ///< the last one begins at 2^33.75 ms: 168 days
  std::array<std::uint64_t, kClasses> counts_{};
  std::uint64_t count_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace sealgate::store::figures
