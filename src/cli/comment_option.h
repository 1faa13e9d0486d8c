#pragma once
// --comment of the commands that change the configuration.

#include <CLI/CLI.hpp>
#include <string>

namespace sealgate::cli {

void add_comment_option(CLI::App& app, std::string& comment);

}  // namespace sealgate::cli
