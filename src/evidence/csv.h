#pragma once
// Rows for spreadsheets: RFC 4180, UTF-8.

#include <string>
#include <vector>

namespace sealgate::evidence {

/// One line with its CR and LF. A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or
/// a line end) gets an apostrophe in front, which spreadsheets do not show; partners choose what stands in cells.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace sealgate::evidence
