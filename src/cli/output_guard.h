#pragma once
// "On any status but 0, OUT does not exist afterwards": a command that fails also removes what an earlier run left
// under that name, so that no script takes the old file for the new one.

#include <string>

#include "base/error.h"
#include "cli/command.h"

namespace sealgate::cli {

/// The value of -o or --out, as far as it can be told without knowing the command. Empty: none, or "-".
std::string output_named_in(const Args& args);

/// Removes `path` if it is a regular file or a symbolic link; devices and directories stay.
void remove_output(const std::string& path);

/// cli.same-file when both name one existing file: writing would destroy what is being read.
Result<> check_distinct(const std::string& input, const std::string& output);

}  // namespace sealgate::cli
