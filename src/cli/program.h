#pragma once
// The program as a whole: its commands, and the one that a line names.

#include <span>
#include <string>

#include "cli/command.h"

namespace sealgate::cli {

/// In the order of `sealgate --help`.
std::span<const Command> program_commands();

/// As it is typed: "audit-log".
std::string spelling(const Command& command);

/// Runs what the words after "sealgate" say. The exit status.
int run_program(const Args& words);

}  // namespace sealgate::cli
