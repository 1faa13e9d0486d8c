#pragma once
// What --help prints of options: names and values to the left, everything else said in words to the right.

#include <CLI/CLI.hpp>
#include <string>

namespace sealgate::cli {

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  /// Folded on a terminal.
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace sealgate::cli
