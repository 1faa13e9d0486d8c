#pragma once
// --token, --pin-file, --pin-credential and --module: a key in a PKCS#11 token.

#include <CLI/CLI.hpp>
#include <string>

#include "tokens/token_uri.h"

namespace sealgate::cli {

struct TokenOption {
  std::string address;
  std::string pin_file;
  std::string pin_credential;
  std::string module;

  bool given() const { return !address.empty(); }
  /// With the others as its pin-source and module-path. tokens.bad-uri.
  Result<tokens::TokenUri> uri() const;
};

void add_token_options(CLI::App& app, TokenOption& option, const std::string& help);

}  // namespace sealgate::cli
