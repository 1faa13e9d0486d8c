#pragma once
// Command line parsing shared by all commands: CLI11 with our exit statuses.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/command.h"

namespace sealgate::cli {

/// Makes an App whose help looks like that of every other command. `name` is the full spelling, "sealgate cert list";
/// `examples` are whole lines shown under "Examples:", may be empty.
void configure_app(CLI::App& app, const std::string& name, const std::string& examples);

/// Parses `args` (in natural order). Returns nothing when the command shall run; else the exit status to return at
/// once: 0 after help was printed, 2 (usage) after an error was printed to standard error.
std::optional<int> parse(CLI::App& app, const Args& args);

}  // namespace sealgate::cli
