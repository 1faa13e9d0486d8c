#pragma once
// Commands that are a family: `sealgate cert list`, `sealgate message show`. One table names the members; help and
// dispatch come from it.

#include <span>
#include <string>

#include "cli/command.h"

namespace sealgate::cli {

struct Family {
  std::string_view name;     ///< "cert"
  std::string_view summary;  ///< first line of its help
  std::span<const Command> members;
  std::string_view notes;          ///< after the list of members; may be empty
  std::string_view examples = {};  ///< whole lines; may be empty
};

/// A usage error that tells the nearest of the `known` words, or all of them. The exit status.
int print_unknown_member(std::string_view what, const std::string& word, const std::vector<std::string>& known,
                         const std::string& command);

/// Runs the member that the first word names, or prints the family's help. The exit status.
int run_family(const Family& family, const Args& args);

}  // namespace sealgate::cli
