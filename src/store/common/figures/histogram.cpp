#include "store/common/figures/histogram.h"

#include <algorithm>
#include <cmath>

namespace sealgate::store::figures {
namespace {

/// Where a class begins, in milliseconds.
double begin_of(std::size_t number) {
  return number == 0 ? 0 : std::exp2(static_cast<double>(number) / 4);
}

}  // namespace

void Histogram::add(std::chrono::milliseconds took) {
  const auto milliseconds = static_cast<double>(std::max<std::int64_t>(took.count(), 1));
  const auto number = static_cast<std::size_t>(std::floor(std::log2(milliseconds) * 4));
  ++counts_.at(std::min(number, kClasses - 1));
  ++count_;
  sum_ += std::max<std::int64_t>(took.count(), 0);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < kClasses; ++i) counts_.at(i) += other.counts_.at(i);
  count_ += other.count_;
  sum_ += other.sum_;
}

std::uint64_t Histogram::at_most(std::chrono::milliseconds limit) const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kClasses && begin_of(i) < static_cast<double>(limit.count()); ++i)
    count += counts_.at(i);
  return count;
}

std::optional<std::chrono::milliseconds> Histogram::quantile(double share) const {
  if (count_ == 0) return std::nullopt;
  const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
  double seen = 0;
  for (std::size_t i = 0; i < kClasses; ++i) {
    const auto here = static_cast<double>(counts_.at(i));
    if (here == 0) continue;
    if (seen + here >= wanted) {
      // Spread evenly within a class.
      const double part = (wanted - seen) / here;
      const double value = begin_of(i) + part * (begin_of(i + 1) - begin_of(i));
      return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(value)));
    }
    seen += here;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(begin_of(kClasses))));
}

void Histogram::write(Bytes& out) const {
  using messaging::stored::put_number;
  put_number(out, static_cast<std::uint64_t>(sum_));
  put_number(out, static_cast<std::uint64_t>(std::ranges::count_if(counts_, [](std::uint64_t n) { return n > 0; })));
  for (std::size_t i = 0; i < kClasses; ++i) {
    if (counts_.at(i) == 0) continue;
    put_number(out, i);
    put_number(out, counts_.at(i));
  }
}

Histogram Histogram::read(messaging::stored::Reader& reader) {
  Histogram histogram;
  histogram.sum_ = static_cast<std::int64_t>(reader.number());
  const std::uint64_t filled = reader.number();
  if (filled > kClasses) reader.spoil();
  for (std::uint64_t i = 0; i < filled && reader.ok(); ++i) {
    const std::uint64_t number = reader.number();
    const std::uint64_t count = reader.number();
    if (number >= kClasses) {
      reader.spoil();
      break;
    }
    histogram.counts_.at(number) += count;
    histogram.count_ += count;
  }
  return histogram;
}

}  // namespace sealgate::store::figures
