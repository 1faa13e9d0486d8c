// The program `sealgate`: finds the command and hands the rest of the line to it.

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace sealgate::cli {

#define SEALGATE_COMMAND(name, summary) int run_##name(const Args& args);
#include "cli/commands.def"
#undef SEALGATE_COMMAND

namespace {

const std::array kCommands = {
#define SEALGATE_COMMAND(name, summary) Command{#name, summary, &run_##name},
#include "cli/commands.def"
#undef SEALGATE_COMMAND
};

/// As it is typed: "audit-log", whose function is run_audit_log.
std::string spelling(const Command& command) {
  std::string name(command.name);
  std::ranges::replace(name, '_', '-');
  return name;
}

void print_help() {
  std::string text =
      "Sealgate: a gateway for signed and encrypted messages between businesses\n\n"
      "Usage: sealgate COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command& command : kCommands) {
    std::string name = spelling(command);
    name.resize(12, ' ');
    text += "  " + name + std::string(command.summary) + "\n";
  }
  text +=
      "\nOptions:\n"
      "  -h,--help    Print this help and exit\n"
      "  --version    Print the version and exit\n\n"
      "Help on one command: sealgate COMMAND --help\n\n"
      "Exit status: 0 success; 1 the system failed (disk, network); 2 usage; 3 malformed; 4 cannot decrypt;\n"
      "5 signature invalid; 6 certificate not trusted; 7 revoked; 8 refused by policy\n";
  std::fputs(text.c_str(), stdout);
}

int run(const Args& words) {
  if (words.empty()) {
    print_help();
    return exit_status(ErrorClass::Usage);
  }
  const std::string& first = words.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print_help();
    return 0;
  }
  if (first == "--version") {
    std::printf("sealgate %s\n", kVersion);
    return 0;
  }
  for (const Command& command : kCommands) {
    if (spelling(command) == first) return command.run(Args(words.begin() + 1, words.end()));
  }
  return print_usage_error("there is no command '" + first + "'", "sealgate");
}

// Private keys pass through this process: no core dump, no ptrace by other processes of the account. The hard limit
// stays, so that serve can allow core dumps when it is asked to.
void harden() {
  struct rlimit core {};
  if (::getrlimit(RLIMIT_CORE, &core) == 0) {
    core.rlim_cur = 0;
    ::setrlimit(RLIMIT_CORE, &core);
  }
#ifndef __SANITIZE_ADDRESS__  // the leak checker traces the process from a thread of its own
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), with a message
}

/// A backup that went to a full disk must not look like success. Whoever reads no further (a closed pipe) knows.
int flush_output(int status) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  if (errno == EPIPE) return status;
  std::fputs("sealgate: the output could not be written as a whole; free space where it goes [cli.output-failed]\n",
             stderr);
  return status == 0 ? 1 : status;
}

}  // namespace
}  // namespace sealgate::cli

int main(int argc, char** argv) {
  sealgate::cli::harden();
  try {
    return sealgate::cli::flush_output(sealgate::cli::run(sealgate::cli::Args(argv + 1, argv + argc)));
  } catch (const std::bad_alloc&) {
    std::fputs("sealgate: out of memory; give the process more memory or lower its limits [cli.out-of-memory]\n",
               stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sealgate: internal error: %s; please report it [cli.internal]\n",
                 sealgate::cli::printable(error.what()).c_str());
  }
  return 1;
}
