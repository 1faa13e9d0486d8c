#include "cli/pages.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/program.h"

namespace sealgate::cli {
namespace {

/// The page that is being made. Commands run one at a time in one thread.
Page* recording = nullptr;

/// CLI11 gives a type and what its checks say of it in one text: "FORM:{table,json}", "N:INT in [1 - 5]".
void read_type(const std::string& text, OptionPage& option) {
  std::string type = text;
  if (const auto open = type.find(":{"); open != std::string::npos) {
    const auto close = type.find('}', open);
    std::string_view list = std::string_view(type).substr(open + 2, close - open - 2);
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      option.choices.emplace_back(list.substr(0, comma));
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
    type.resize(open);
  } else if (const auto in = type.find(" in ["); in != std::string::npos) {
    type.resize(type.rfind(':', in));
  }
  option.value = type;
}

/// Without the margin of two columns; a line that goes on with the one before keeps what is more.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (!trim(line).empty()) lines.emplace_back(line.starts_with("  ") ? line.substr(2) : line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Page describe(const Command& command, const std::string& above) {
  Page page;
  page.name = above.empty() ? spelling(command) : above + " " + spelling(command);
  page.summary = command.summary;
  Page* const before = std::exchange(recording, &page);
  command.run({});
  recording = before;
  return page;
}

}  // namespace

OptionPage option_page(const CLI::Option& declared) {
  OptionPage option;
  for (const std::string& name : declared.get_snames()) option.names.push_back("-" + name);
  for (const std::string& name : declared.get_lnames()) option.names.push_back("--" + name);
  if (declared.get_items_expected_max() > 0) {
    read_type(declared.get_type_name(), option);
    // An argument by its place is known by its name where nothing else says what it is.
    if (!declared.nonpositional() && (option.value == "TEXT" || option.value == "INT" || option.value == "UINT")) {
      option.value = declared.get_name(true);
    }
    if (option.value == "INT" || option.value == "UINT") option.value = "N";
    option.repeated = declared.get_items_expected_max() > 1;
  }
  if (const std::string type = declared.get_type_name(); option.flag() && type.starts_with(kOptionalValue)) {
    option.optional_value = type;
  }
  option.text = declared.get_description();
  option.default_value = declared.get_default_str();
  option.required = declared.get_required();
  return option;
}

std::string OptionPage::spelling() const {
  if (positional()) return value;
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
  return flag() ? all + optional_value : all + " " + value;
}

std::string Page::usage() const {
  std::string text = command();
  if (!members.empty()) return text + (name.empty() ? " COMMAND" : " SUBCOMMAND") + " [OPTIONS]";
  for (const OptionPage& option : options) {
    if (!option.positional() && option.required) {
      text += " " + option.names.front() + " " + option.value + (option.repeated ? "..." : "");
    }
  }
  text += " [OPTIONS]";
  for (const OptionPage& option : options) {
    if (!option.positional()) continue;
    const std::string word = option.value + (option.repeated && !option.value.ends_with("...") ? "..." : "");
    text += option.required ? " " + word : " [" + word + "]";
  }
  return text;
}

Page describe_program() {
  Page page;
  page.summary = kProgramSummary;
  for (const Command& command : program_commands()) page.members.push_back(describe(command, {}));
  return page;
}

void each_page(const Page& page, const std::function<void(const Page&)>& visit) {
  visit(page);
  for (const Page& member : page.members) each_page(member, visit);
}

bool record_page(const CLI::App& app) {
  if (recording == nullptr) return false;
  recording->description = app.get_description();
  std::string footer = app.get_footer();
  if (const auto heading = footer.find('\n'); heading != std::string::npos) footer.erase(0, heading + 1);
  // What stands below a blank line is no example any more.
  const auto blank = footer.find("\n\n");
  recording->examples = lines_of(std::string_view(footer).substr(0, blank));
  if (blank != std::string::npos) recording->notes = std::string(trim(std::string_view(footer).substr(blank)));
  std::vector<OptionPage> named;
  for (const CLI::Option* declared : app.get_options()) {
    if (declared == app.get_help_ptr()) continue;
    OptionPage option = option_page(*declared);
    (option.positional() ? recording->options : named).push_back(std::move(option));
  }
  recording->options.insert(recording->options.end(), named.begin(), named.end());
  return true;
}

bool record_page(const Family& family) {
  if (recording == nullptr) return false;
  Page& page = *recording;
  page.description = family.summary;
  page.notes = family.notes;
  page.examples = lines_of(family.examples);
  for (const Command& member : family.members) page.members.push_back(describe(member, std::string(family.name)));
  return true;
}

}  // namespace sealgate::cli
