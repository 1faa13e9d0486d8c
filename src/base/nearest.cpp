#include "base/nearest.h"

#include <algorithm>

#include "base/text.h"

namespace sealgate {
namespace {

constexpr std::size_t kLongest = 64;
constexpr std::size_t kTooFar = 3;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  if (word.size() > kLongest) return best;
  std::size_t least = kTooFar;
  for (const std::string& candidate : known) {
    const std::size_t edits = distance(word, candidate);
    // Two edits make anything of a word of two letters.
    if (edits >= least || edits >= candidate.size()) continue;
    least = edits;
    best = candidate;
  }
  return best;
}

}  // namespace sealgate
