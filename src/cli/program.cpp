#include "cli/program.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/complete.h"
#include "cli/pages.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace sealgate::cli {

#define SEALGATE_COMMAND(name, summary) int run_##name(const Args& args);
#include "cli/commands.def"
#undef SEALGATE_COMMAND

namespace {

constexpr std::array kCommands = {
#define SEALGATE_COMMAND(name, summary) Command{#name, summary, &run_##name},
#include "cli/commands.def"
#undef SEALGATE_COMMAND
};

void print_help() {
  std::string text = std::string(kProgramSummary) + "\n\nUsage: sealgate COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command& command : kCommands) {
    std::string name = spelling(command);
    name.resize(12, ' ');
    text += "  " + name + std::string(command.summary) + "\n";
  }
  text +=
      "\nOptions:\n"
      "  -h,--help    Print this help and exit\n"
      "  --version    Print the version and exit\n\n"
      "Help on one command: sealgate COMMAND --help, or man sealgate-COMMAND\n\nExit status:\n";
  for (const ExitStatus& status : kExitStatuses) {
    text += "  " + std::to_string(status.number) + "  " + std::string(status.meaning) + "\n";
  }
  std::fputs(text.c_str(), stdout);
}

}  // namespace

std::span<const Command> program_commands() {
  return kCommands;
}

std::string spelling(const Command& command) {
  std::string name(command.name);
  std::ranges::replace(name, '_', '-');
  return name;
}

int run_program(const Args& words) {
  if (words.empty()) {
    print_help();
    return exit_status(ErrorClass::Usage);
  }
  const std::string& first = words.front();
  const Args rest(words.begin() + 1, words.end());
  if (first == "--help" || first == "-h" || first == "help") {
    // `sealgate help cert list` is `sealgate cert list --help`.
    if (first == "help" && !rest.empty()) {
      Args asked = rest;
      asked.emplace_back("--help");
      return run_program(asked);
    }
    print_help();
    return 0;
  }
  if (first == "--version") {
    std::printf("sealgate %s\n", kVersion);
    return 0;
  }
  if (first == kCompleteWord) return print_completions(rest);
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    names.push_back(spelling(command));
    if (names.back() == first) return command.run(rest);
  }
  return print_unknown_member("command", first, names, "sealgate");
}

}  // namespace sealgate::cli
