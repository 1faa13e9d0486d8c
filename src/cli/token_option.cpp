#include "cli/token_option.h"

#include <filesystem>

namespace sealgate::cli {

Result<tokens::TokenUri> TokenOption::uri() const {
  SG_TRY_ASSIGN(const tokens::TokenUri given, tokens::TokenUri::parse(address));
  std::string source;
  if (!pin_file.empty()) source = "file:" + std::filesystem::absolute(pin_file).string();
  if (!pin_credential.empty()) source = "credential:" + pin_credential;
  return given.with_defaults(source, module.empty() ? "" : std::filesystem::absolute(module).string());
}

void add_token_options(CLI::App& app, TokenOption& option, const std::string& help) {
  auto* token = app.add_option("--token", option.address, help)->type_name("URI");
  auto* file =
      app.add_option("--pin-file", option.pin_file, "First line: the PIN of the token; the file's mode is 0600")
          ->type_name("FILE")
          ->needs(token);
  app.add_option("--pin-credential", option.pin_credential, "The PIN is in this systemd credential")
      ->type_name("NAME")
      ->needs(token)
      ->excludes(file);
  app.add_option("--module", option.module, "PKCS#11 library of the token; without it those registered with p11-kit")
      ->type_name("FILE")
      ->needs(token);
}

}  // namespace sealgate::cli
