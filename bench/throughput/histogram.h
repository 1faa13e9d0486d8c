#pragma once
// Latencies in microseconds, counted in steps of about 3%: 32 steps for each power of two.

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

namespace sealgate::bench {

/// CLOCK_MONOTONIC, which all processes of one machine share; nanoseconds.
inline std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

class Histogram {
 public:
  void add(std::uint64_t microseconds) {
    ++counts_[step_of(microseconds)];
    ++total_;
    if (microseconds > highest_) highest_ = microseconds;
  }
  std::uint64_t total() const { return total_; }

  /// The upper edge of the step that the share (0..1) of all values lies in; 0 without values.
  std::uint64_t quantile(double share) const {
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    for (std::size_t step = 0; step < counts_.size(); ++step) {
      if (counts_[step] > left) return step + 1 < counts_.size() ? lower_edge(step + 1) - 1 : highest_;
      left -= counts_[step];
    }
    return highest_;
  }

  /// {"p50_us":…,"p99_us":…,"max_us":…}
  std::string to_json() const {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), R"({"p50_us":%llu,"p99_us":%llu,"max_us":%llu})", wide(quantile(0.5)),
                  wide(quantile(0.99)), wide(highest_));
    return text.data();
  }

 private:
  static constexpr unsigned kStepBits = 5;
  static constexpr std::size_t kSteps = std::size_t{64} << kStepBits;

  static unsigned long long wide(std::uint64_t value) { return value; }
  static std::size_t step_of(std::uint64_t value) {
    if (value < (1U << kStepBits)) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kStepBits;
    return ((std::size_t{shift} + 1) << kStepBits) + ((value >> shift) & ((1U << kStepBits) - 1));
  }
  static std::uint64_t lower_edge(std::size_t step) {
    if (step < (1U << kStepBits)) return step;
    const std::size_t shift = (step >> kStepBits) - 1;
    return ((std::uint64_t{1} << kStepBits) + (step & ((1U << kStepBits) - 1))) << shift;
  }

  std::array<std::uint64_t, kSteps> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t highest_ = 0;
};

}  // namespace sealgate::bench
