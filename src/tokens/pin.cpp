#include "tokens/pin.h"

#include <cstdlib>

#include "io/private_file.h"
#include "tokens/errors.h"

namespace sealgate::tokens {
namespace {

constexpr std::size_t kMaxPin = 256;
constexpr std::string_view kFile = "file:";
constexpr std::string_view kCredential = "credential:";

tl::unexpected<Error> missing(std::string what, std::string where) {
  return fail(kPinMissing, std::move(what), std::move(where),
              "put the PIN into a file (chmod 600) or a systemd credential and name it in the key's address: "
              "?pin-source=file:/path or ?pin-source=credential:NAME");
}

}  // namespace

Result<Secret> read_pin(const TokenUri& uri) {
  const auto source = uri.pin_source();
  if (!source) return missing("the token wants a PIN and the key's address names none", uri.display());
  std::string path = *source;
  auto owner = io::PrivateFileOwner::Caller;
  if (path.starts_with(kFile)) {
    path = path.substr(kFile.size());
    if (path.starts_with("//")) path = path.substr(2);
  } else if (path.starts_with(kCredential)) {
    const std::string name = path.substr(kCredential.size());
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): never set here
    if (folder == nullptr || name.empty() || name.find('/') != std::string::npos) {
      return missing("the credential '" + name + "' of the PIN is not there", uri.display());
    }
    path = std::string(folder) + "/" + name;
    owner = io::PrivateFileOwner::System;
  }
  if (!path.starts_with('/')) return missing("the file of the PIN needs an absolute path", path);
  auto content = io::read_private_file(path, kMaxPin, owner);
  if (!content) {
    if (content.error().kind == io::PrivateFileFailure::Kind::NotPrivate) {
      return fail(kPinNotPrivate, "the file of the PIN " + content.error().what, path,
                  "give it to the user that runs this and take it from all others: chmod 600; if others could read "
                  "it, change the PIN");
    }
    return missing("the file of the PIN " + content.error().what, path);
  }
  const std::string_view text = content->text();
  content->resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (content->empty()) return missing("the file of the PIN is empty", path);
  return std::move(*content);
}

}  // namespace sealgate::tokens
