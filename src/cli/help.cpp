#include "cli/help.h"

#include <algorithm>

#include "cli/pages.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr std::size_t kNarrowest = 30;  ///< of the right column; below it nothing is folded

/// "1 to 256" of "UINT:INT in [1 - 256]"; "" when there is no range.
std::string range_of(const std::string& type) {
  constexpr std::string_view kBefore = " in [";
  const auto begin = type.find(kBefore);
  const auto end = type.find(']', begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  std::string range = type.substr(begin + kBefore.size(), end - begin - kBefore.size());
  const auto dash = range.find(" - ");
  return dash == std::string::npos ? std::string() : range.replace(dash, 3, " to ");
}

std::string folded(const std::string& text, std::size_t width) {
  std::string lines;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (column > 0 && column + 1 + word.size() > width) {
      lines += "\n";
      column = 0;
    } else if (column > 0) {
      lines += " ";
      ++column;
    }
    lines += word;
    column += word.size();
    at = end + 1;
  }
  return lines;
}

}  // namespace

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  return CLI::Formatter::make_option_name(option, is_positional) + option_page(*option).optional_value;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const OptionPage page = option_page(*option);
  const std::string value = page.positional() || page.flag() ? std::string() : " " + page.value;
  return value + (page.repeated && !page.value.ends_with("...") ? " ..." : "");
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  const OptionPage page = option_page(*option);
  std::string text = page.text;
  if (!page.choices.empty() && text.find(page.choices.front()) == std::string::npos) {
    std::string choices;
    for (const std::string& choice : page.choices) choices += (choices.empty() ? "" : ", ") + choice;
    text += (text.empty() ? "" : ": ") + choices;
  }
  if (const std::string range = range_of(option->get_type_name()); !range.empty()) text += "; " + range;
  if (!page.default_value.empty() && !page.flag()) text += ". Without it " + page.default_value;
  if (page.required) text += " (required)";
  const std::size_t columns = terminal_width(stdout);
  return columns < get_column_width() + kNarrowest ? text : folded(text, columns - get_column_width() - 1);
}

}  // namespace sealgate::cli
