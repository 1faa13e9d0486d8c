#pragma once
// Where a secret of the configuration lies: configurations name the place, never the secret.

#include <string>
#include <string_view>

#include "io/private_file.h"

namespace sealgate::io {

/// The first line of what "file:/absolute/path" or "credential:NAME" (systemd's) names; a path alone is a file. The
/// file must be private, as in read_private_file. An empty one is Missing. Read anew each time, so that it may
/// change.
struct SecretFailure {
  PrivateFileFailure::Kind kind;
  std::string what;   ///< half a sentence: "is empty"
  std::string place;  ///< the file, or the name of the credential
};
tl::expected<Secret, SecretFailure> read_secret(const std::string& source, std::size_t limit);
/// The same, all of it: a private key.
tl::expected<Secret, SecretFailure> read_secret_file(const std::string& source, std::size_t limit);

/// "file:/absolute/path" or "credential:NAME", as configurations write it.
bool is_secret_source(std::string_view text);

}  // namespace sealgate::io
