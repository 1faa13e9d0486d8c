// The reference of the command line as one page of docs/.

#include <algorithm>

#include "cli/manual.h"

namespace sealgate::cli {
namespace {

constexpr const char* kHead =
    "# Reference of the command line\n\n"
    "Every command with its arguments, options and examples. [cli.md](../cli.md) tells how they are used. This page "
    "is written by\n"
    "`sealgate man --markdown` from the declarations that parse the options; `man sealgate-COMMAND` shows the "
    "same.\n";

std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') safe += '\\';
    safe += c;
  }
  return safe;
}

/// In a table a bar needs its backslash even within code.
std::string code(std::string_view text) {
  std::string safe = "`";
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe + "`";
}

std::string anchor(const Page& page) {
  std::string name = page.command();
  std::ranges::replace(name, ' ', '-');
  return "#" + name;
}

std::string row_of(const OptionPage& option) {
  std::string text = option.text;
  std::string choices;
  for (const std::string& choice : option.choices) choices += (choices.empty() ? "" : ", ") + choice;
  if (!choices.empty() && text.find(option.choices.front()) == std::string::npos) text += ". One of " + choices;
  if (!option.default_value.empty() && !option.flag()) text += ". Without it `" + option.default_value + "`";
  if (option.required) text += ". Required";
  if (option.repeated) text += ". May be repeated";
  std::string row = "| " + code(option.spelling()) + " | ";
  // What stands between backquotes is code already.
  bool in_code = false;
  std::string plain;
  for (const char c : text) {
    if (c == '`') in_code = !in_code;
    plain +=
        in_code || c == '`' ? (c == '|' ? std::string("\\|") : std::string(1, c)) : cell(std::string_view(&c, 1));
  }
  return row + plain + " |\n";
}

std::string section(const Page& page) {
  std::string text = "\n## " + page.command() + "\n\n";
  text += cell(page.description.empty() ? page.summary : page.description) + ".\n\n```\n" + page.usage() + "\n```\n";
  if (!page.notes.empty()) text += "\n" + cell(page.notes) + "\n";
  if (!page.members.empty()) {
    text += "\n| Command | |\n|---|---|\n";
    for (const Page& member : page.members) {
      text += "| [" + member.command() + "](" + anchor(member) + ") | " + cell(member.summary) + " |\n";
    }
  }
  if (!page.options.empty()) {
    text += "\n| Option | |\n|---|---|\n";
    for (const OptionPage& option : page.options) text += row_of(option);
  }
  if (!page.examples.empty()) {
    text += "\n```\n";
    for (const std::string& line : page.examples) text += line + "\n";
    text += "```\n";
  }
  return text;
}

}  // namespace

std::string to_markdown(const Page& program) {
  std::string text = kHead;
  text += "\n| Command | |\n|---|---|\n";
  for (const Page& member : program.members) {
    text += "| [" + member.command() + "](" + anchor(member) + ") | " + cell(member.summary) + " |\n";
  }
  text +=
      "\nEvery command has `--help`; `sealgate --version` prints the version.\n\n## Exit status\n\n| Status | "
      "Meaning |\n|---|---|\n";
  for (const ExitStatus& status : kExitStatuses) {
    text += "| " + std::to_string(status.number) + " | " + std::string(status.meaning) + " |\n";
  }
  text +=
      "\nThe codes in square brackets at the end of messages: [errors.md](../errors.md).\n\n## Environment\n\n| "
      "Variable | |\n|---|---|\n";
  for (const Variable& variable : kEnvironment) {
    text += "| `" + std::string(variable.name) + "` | " + std::string(variable.meaning) + " |\n";
  }
  for (const Page& member : program.members) each_page(member, [&](const Page& page) { text += section(page); });
  return text;
}

}  // namespace sealgate::cli
