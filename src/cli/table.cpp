#include "cli/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/output.h"

namespace sealgate::cli {
namespace {

constexpr std::size_t kLabelWidth = 22;
constexpr std::size_t kNarrowest = 8;  ///< of a column that is cut
constexpr std::array<std::string_view, 4> kCopied = {"ID", "NAME", "THUMBPRINT", "NUMBER"};

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

/// The first `columns` characters, the last one an ellipsis when there are more.
std::string cut(const std::string& text, std::size_t columns) {
  if (width(text) <= columns) return text;
  std::size_t count = 0;
  std::size_t end = 0;
  while (end < text.size() && count + 1 < columns) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
    ++count;
  }
  return text.substr(0, end) + "…";
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    const std::string cell = cut(cells[column], widths[column]);
    line += cell;
    if (column + 1 < cells.size()) line += std::string(widths[column] - width(cell) + 2, ' ');
  }
  return line + "\n";
}

/// Makes the widest columns narrower until a line fits, but those that are copied into other commands.
void fit(const std::vector<std::string>& headings, std::vector<std::size_t>& widths, std::size_t available) {
  std::size_t all = widths.empty() ? 0 : 2 * (widths.size() - 1);
  for (const std::size_t one : widths) all += one;
  while (all > available) {
    std::size_t widest = widths.size();
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const bool copied = std::ranges::find(kCopied, headings[column]) != kCopied.end();
      if (!copied && (widest == widths.size() || widths[column] > widths[widest])) widest = column;
    }
    if (widest == widths.size() || widths[widest] <= kNarrowest) return;
    --widths[widest];
    --all;
  }
}

}  // namespace

void print_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& heading : headings) widths.push_back(width(heading));
  std::vector<std::vector<std::string>> safe = rows;
  for (auto& row : safe) {
    row.resize(headings.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
      row[column] = printable(row[column]);
      widths[column] = std::max(widths[column], width(row[column]));
    }
  }
  if (const std::size_t columns = terminal_width(stdout); columns > 0) fit(headings, widths, columns);
  // Appended columns keep no common width; a row is known again by what it says.
  std::string key;
  for (const std::string& heading : headings) key += heading + "\t";
  if (!shown_before(key)) {
    std::fputs(coloured(line_of(headings, widths), Colour::Bold, use_colours(stdout)).c_str(), stdout);
  }
  for (const auto& row : safe) {
    key.clear();
    for (const std::string& cell : row) key += cell + "\t";
    if (!shown_before(key)) std::fputs(line_of(row, widths).c_str(), stdout);
  }
}

void print_field(const std::string& label, const std::string& value, Colour colour) {
  std::string text = "  " + label;
  text.resize(std::max(text.size() + 1, kLabelWidth + 2), ' ');
  std::fputs((text + coloured(printable(value), colour, use_colours(stdout)) + "\n").c_str(), stdout);
}

}  // namespace sealgate::cli
