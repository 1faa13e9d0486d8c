#pragma once
// Names that an option or argument may take, looked up where the command line says they are.

#include <string>
#include <utility>
#include <vector>

namespace sealgate::cli {

struct NamesQuery {
  std::string value;                   ///< the word that help shows for it: "SEND-PORT", "THUMBPRINT", "KIND"
  std::vector<std::string> arguments;  ///< those by their place that stand before it
  std::vector<std::pair<std::string, std::string>> options;  ///< those before it: "--data", "/srv"
};

/// Each with a few words on what it is; nothing when they cannot be had. Never makes a store, nor waits long.
std::vector<std::pair<std::string, std::string>> known_names(const NamesQuery& query);

}  // namespace sealgate::cli
