// Line differences by longest common subsequence: documents have some dozens of lines.

#include <algorithm>
#include <vector>

#include "artifacts/documents.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kMaximumCells = 4'000'000;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Line {
  char mark;
  std::string_view text;
};

std::vector<Line> compare(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> common((a.size() + 1) * width);
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i * width + j] = a[i] == b[j] ? common[(i + 1) * width + j + 1] + 1
                                           : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  std::vector<Line> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      lines.push_back({' ', a[i]});
      ++i;
      ++j;
    } else if (i < a.size() && (j == b.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push_back({'-', a[i++]});
    } else {
      lines.push_back({'+', b[j++]});
    }
  }
  return lines;
}

}  // namespace

std::string diff_lines(std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto a = lines_of(before);
  const auto b = lines_of(after);
  std::vector<Line> lines;
  if ((a.size() + 1) * (b.size() + 1) <= kMaximumCells) {
    lines = compare(a, b);
  } else {
    for (const auto& text : a) lines.push_back({'-', text});
    for (const auto& text : b) lines.push_back({'+', text});
  }
  std::vector<bool> shown(lines.size());
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (lines[k].mark == ' ') continue;
    for (std::size_t n = k - std::min(k, kContext); n < std::min(k + kContext + 1, lines.size()); ++n)
      shown[n] = true;
  }
  std::string out;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (shown[k]) {
      out += std::string(1, lines[k].mark) + " " + std::string(lines[k].text) + "\n";
    } else if (k > 0 && shown[k - 1]) {
      out += "  ...\n";
    }
  }
  return out;
}

}  // namespace sealgate::artifacts
