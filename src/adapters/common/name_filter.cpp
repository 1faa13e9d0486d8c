#include "adapters/common/name_filter.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sealgate::adapters {

bool matches_mask(std::string_view name, std::string_view mask) {
  // Greedy with one way back: the last "*" takes one character more. Linear in practice, never exponential.
  std::size_t n = 0;
  std::size_t m = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (n < name.size()) {
    if (m < mask.size() && mask[m] == '*') {
      star = m++;
      retry = n;
    } else if (m < mask.size() && (mask[m] == '?' || mask[m] == name[n])) {
      ++m;
      ++n;
    } else if (star != std::string_view::npos) {
      m = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (m < mask.size() && mask[m] == '*') ++m;
  return m == mask.size();
}

bool is_reserved_name(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kEndings{".bts-wip", ".tmp", ".part", ".filepart"};
  if (name.empty() || name.front() == '.' || name.front() == '~') return true;
  const std::string lower = ascii_lower(name);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool NameFilter::fits(std::string_view name) const {
  if (is_reserved_name(name) || (!marker.empty() && name.ends_with(marker))) return false;
  const std::string lower = ignore_case ? ascii_lower(name) : std::string();
  const auto fits_mask = [&](const std::string& mask) {
    return ignore_case ? matches_mask(lower, ascii_lower(mask)) : matches_mask(name, mask);
  };
  return std::ranges::any_of(masks, fits_mask) && std::ranges::none_of(exclude, fits_mask);
}

}  // namespace sealgate::adapters
