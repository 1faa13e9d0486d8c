#include "cli/subcommands.h"

#include <algorithm>
#include <cstdio>

#include "base/nearest.h"
#include "cli/pages.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

void print_help(const Family& family) {
  const std::string program = "sealgate " + std::string(family.name);
  std::string text =
      std::string(family.summary) + "\n\nUsage: " + program + " SUBCOMMAND [OPTIONS]\n\nSubcommands:\n";
  std::size_t width = 0;
  for (const Command& member : family.members) width = std::max(width, member.name.size());
  for (const Command& member : family.members) {
    std::string name(member.name);
    name.resize(width + 2, ' ');
    text += "  " + name + std::string(member.summary) + "\n";
  }
  if (!family.notes.empty()) text += "\n" + std::string(family.notes) + "\n";
  if (!family.examples.empty()) text += "\nExamples:\n" + std::string(family.examples);
  text += "\nHelp on one subcommand: " + program + " SUBCOMMAND --help\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace

int print_unknown_member(std::string_view what, const std::string& word, const std::vector<std::string>& known,
                         const std::string& command) {
  std::string text = "there is no " + std::string(what) + " '" + word + "'";
  if (const std::string meant = nearest(word, known); !meant.empty()) {
    text += "; did you mean '" + meant + "'?";
  } else if (known.size() <= 12) {
    std::string list;
    for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
    text += "; use " + list;
  }
  return print_usage_error(text, command);
}

int run_family(const Family& family, const Args& args) {
  if (record_page(family)) return 0;
  if (args.empty()) {
    print_help(family);
    return exit_status(ErrorClass::Usage);
  }
  if (args.front() == "--help" || args.front() == "-h" || args.front() == "help") {
    print_help(family);
    return 0;
  }
  std::vector<std::string> names;
  for (const Command& member : family.members) {
    if (member.name == args.front()) return member.run(Args(args.begin() + 1, args.end()));
    names.emplace_back(member.name);
  }
  return print_unknown_member("subcommand", args.front(), names, "sealgate " + std::string(family.name));
}

}  // namespace sealgate::cli
