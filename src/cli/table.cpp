#include "cli/table.h"

#include <algorithm>
#include <cstdio>

namespace sealgate::cli {
namespace {

constexpr std::size_t kLabelWidth = 22;

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    line += cells[column];
    if (column + 1 < cells.size()) line += std::string(widths[column] - width(cells[column]) + 2, ' ');
  }
  return line + "\n";
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
  std::fputs(coloured(line_of(headings, widths), Colour::Bold, use_colours(stdout)).c_str(), stdout);
  for (const auto& row : safe) std::fputs(line_of(row, widths).c_str(), stdout);
}

void print_field(const std::string& label, const std::string& value, Colour colour) {
  std::string text = "  " + label;
  text.resize(std::max(text.size() + 1, kLabelWidth + 2), ' ');
  std::fputs((text + coloured(printable(value), colour, use_colours(stdout)) + "\n").c_str(), stdout);
}

}  // namespace sealgate::cli
