#pragma once
// A command of the program: one file src/cli/<command>_command.cpp with `int run_<command>(const Args& args)`, and
// one line in commands.def. main.cpp makes the declarations and the table from that file.

#include <string>
#include <string_view>
#include <vector>

namespace sealgate::cli {

/// The words after the command's own name: for `sealgate cert list -o json` they are {"list", "-o", "json"}.
using Args = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view summary;      ///< one line for `sealgate --help`
  int (*run)(const Args& args);  ///< returns the exit status; prints its own errors (terminal.h)
};

}  // namespace sealgate::cli
