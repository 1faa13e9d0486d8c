// Manual pages in the man(7) language.

#include <algorithm>

#include "cli/manual.h"
#include "cli/version.h"

namespace sealgate::cli {
namespace {

/// Of the pages, which must be the same whenever they are made.
constexpr const char* kDate = "2026-11-22";
constexpr std::size_t kWidth = 78;

/// Text whose characters all mean themselves. `literal`: hyphens can be copied into a command line.
std::string escaped(std::string_view text, bool literal) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-' && literal) {
      safe += "\\-";
    } else if (c == '\'' && literal) {
      safe += "\\(aq";
    } else if (c == '^') {
      safe += "\\(ha";
    } else if (c == '~') {
      safe += "\\(ti";
    } else if (c == '`') {
      safe += "\\(ga";
    } else if (c >= 0x80) {
      // UTF-8: at most three octets stand in our texts.
      const std::size_t more = c >= 0xe0 ? 2 : 1;
      unsigned code = c >= 0xe0 ? c & 0x0fU : c & 0x1fU;
      for (std::size_t k = 0; k < more && i + 1 < text.size(); ++k) {
        code = (code << 6U) | (static_cast<unsigned char>(text[++i]) & 0x3fU);
      }
      char number[16];
      std::snprintf(number, sizeof number, "\\[u%04X]", code);
      safe += number;
    } else {
      safe += static_cast<char>(c);
    }
  }
  return safe;
}

/// A line that begins with a dot or an apostrophe would be a request.
std::string at_line_start(std::string line) {
  return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

/// Broken at blanks; each line ends with `ending`.
std::string broken(std::string_view text, const std::string& ending) {
  std::string lines;
  while (text.size() > kWidth) {
    auto blank = text.rfind(' ', kWidth);
    if (blank == std::string_view::npos || blank == 0) blank = text.find(' ');
    if (blank == std::string_view::npos) break;
    lines += at_line_start(std::string(text.substr(0, blank))) + ending + "\n";
    text.remove_prefix(blank + (ending.empty() ? 1 : 0));
  }
  return lines + (ending.empty() ? at_line_start(std::string(text)) : std::string(text)) + "\n";
}

std::string paragraph(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) all += broken(escaped(text.substr(0, end), false), "");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

/// Lines as they are typed; a long one goes on in the next line of the source only.
std::string verbatim(const std::vector<std::string>& lines) {
  std::string all = ".nf\n";
  for (const std::string& line : lines) all += broken(at_line_start(escaped(line, true)), "\\");
  return all + ".fi\n";
}

std::string sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

std::string tagged(const OptionPage& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "" : ", ") + ("\\fB" + escaped(name, true) + "\\fR");
  }
  names += escaped(option.optional_value, true);
  const std::string value = option.flag() ? "" : "\\fI" + escaped(option.value, true) + "\\fR";
  std::string text = sentence(option.text);
  std::string choices;
  for (const std::string& choice : option.choices) choices += (choices.empty() ? "" : ", ") + choice;
  if (!choices.empty() && text.find(option.choices.front()) == std::string::npos) text += " One of " + choices + ".";
  if (!option.default_value.empty() && !option.flag()) text += " Without it " + option.default_value + ".";
  if (option.required) text += " Required.";
  return ".TP\n" + names + (names.empty() || value.empty() ? "" : " ") + value + "\n" + paragraph(text);
}

std::string options_of(const Page& page) {
  std::string arguments;
  std::string options;
  for (const OptionPage& option : page.options) (option.positional() ? arguments : options) += tagged(option);
  options += tagged({{"-h", "--help"}, "", "", "Print a short help and exit", "", {}, false, false});
  if (page.name.empty())
    options += tagged({{"--version"}, "", "", "Print the version and exit", "", {}, false, false});
  return (arguments.empty() ? "" : ".SH ARGUMENTS\n" + arguments) + ".SH OPTIONS\n" + options;
}

std::string members_of(const Page& page) {
  std::string text = ".SH COMMANDS\n";
  for (const Page& member : page.members) {
    text += ".TP\n\\fB" + escaped(manual_name(member), true) + "\\fR(1)\n" + paragraph(sentence(member.summary));
  }
  return text;
}

template <typename Entries, typename Name>
std::string list_of(const Entries& entries, const Name& name) {
  std::string text;
  for (const auto& entry : entries) {
    text += ".TP\n\\fB" + escaped(name(entry), true) + "\\fR\n" + paragraph(sentence(std::string(entry.meaning)));
  }
  return text;
}

/// The page above it, and those beside and below that a reader may want next.
std::string see_also(const Page& page) {
  if (page.name.empty()) return {};
  const auto blank = page.name.rfind(' ');
  Page above;
  if (blank != std::string::npos) above.name = page.name.substr(0, blank);
  std::string text = ".SH SEE ALSO\n\\fB" + escaped(manual_name(above), true) + "\\fR(1)";
  if (!above.name.empty()) text += ",\n\\fBsealgate\\fR(1)";
  return text + "\n";
}

}  // namespace

std::string manual_name(const Page& page) {
  std::string name = page.command();
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string to_roff(const Page& page) {
  std::string title = manual_name(page);
  std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  std::string text = ".TH " + title + " 1 " + kDate + " \"sealgate " + kVersion + "\" Sealgate\n";
  std::string summary(page.summary);
  if (page.name.empty()) summary.erase(0, summary.find(": ") + 2);
  text += ".SH NAME\n" + broken(escaped(manual_name(page), true) + " \\- " + escaped(summary, false), "");
  text += ".SH SYNOPSIS\n.nf\n" + broken("\\fB" + escaped(page.usage(), true) + "\\fR", "\\") + ".fi\n";
  const std::string& description = page.description.empty() ? page.summary : page.description;
  text += ".SH DESCRIPTION\n" + paragraph(sentence(description));
  if (!page.notes.empty()) text += ".PP\n" + paragraph(page.notes);
  if (!page.members.empty()) text += members_of(page);
  if (page.members.empty() || page.name.empty()) text += options_of(page);
  if (!page.examples.empty()) text += ".SH EXAMPLES\n" + verbatim(page.examples);
  if (page.name.empty()) {
    text += ".SH ENVIRONMENT\n" + list_of(kEnvironment, [](const Variable& one) { return one.name; });
  }
  text += ".SH EXIT STATUS\n" +
          list_of(kExitStatuses, [](const ExitStatus& status) { return std::to_string(status.number); });
  return text + see_also(page);
}

}  // namespace sealgate::cli
