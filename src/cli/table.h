#pragma once
// Columns of text on standard output.

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace sealgate::cli {

/// Prints the rows under their headings, each column as wide as its widest cell, two blanks between columns. Cells
/// are made safe for a terminal. Without rows only the headings appear. What is wider than the terminal is cut in its
/// widest columns, but not in those that name the row; where there is no terminal nothing is cut. While a watch
/// appends (output.h), the headings come once, and rows that were there before are left out.
void print_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

/// "  Label                 value", for the details of one thing.
void print_field(const std::string& label, const std::string& value, Colour colour = Colour::None);

}  // namespace sealgate::cli
