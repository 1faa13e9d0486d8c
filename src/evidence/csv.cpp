#include "evidence/csv.h"

namespace sealgate::evidence {
namespace {

constexpr std::string_view kFormula = "=+-@\t\r\n";

std::string csv_cell(const std::string& cell) {
  std::string text;
  if (!cell.empty() && kFormula.find(cell.front()) != std::string_view::npos) text = "'";
  text += cell;
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  return line + "\r\n";
}

}  // namespace sealgate::evidence
