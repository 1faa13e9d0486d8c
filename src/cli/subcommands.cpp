#include "cli/subcommands.h"

#include <algorithm>
#include <cstdio>

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
  text += "\nHelp on one subcommand: " + program + " SUBCOMMAND --help\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace

int run_family(const Family& family, const Args& args) {
  if (args.empty()) {
    print_help(family);
    return exit_status(ErrorClass::Usage);
  }
  if (args.front() == "--help" || args.front() == "-h" || args.front() == "help") {
    print_help(family);
    return 0;
  }
  for (const Command& member : family.members) {
    if (member.name == args.front()) return member.run(Args(args.begin() + 1, args.end()));
  }
  return print_usage_error("there is no subcommand '" + args.front() + "'", "sealgate " + std::string(family.name));
}

}  // namespace sealgate::cli
