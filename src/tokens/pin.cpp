#include "tokens/pin.h"

#include "io/secret_source.h"
#include "tokens/errors.h"

namespace sealgate::tokens {
namespace {

constexpr std::size_t kMaxPin = 256;

tl::unexpected<Error> missing(std::string what, std::string where) {
  return fail(kPinMissing, std::move(what), std::move(where),
              "put the PIN into a file (chmod 600) or a systemd credential and name it in the key's address: "
              "?pin-source=file:/path or ?pin-source=credential:NAME");
}

}  // namespace

Result<Secret> read_pin(const TokenUri& uri) {
  const auto source = uri.pin_source();
  if (!source) return missing("the token wants a PIN and the key's address names none", uri.display());
  auto pin = io::read_secret(*source, kMaxPin);
  if (pin) return std::move(*pin);
  const io::SecretFailure& failure = pin.error();
  if (failure.kind == io::PrivateFileFailure::Kind::NotPrivate) {
    return fail(kPinNotPrivate, "the file of the PIN " + failure.what, failure.place,
                "give it to the user that runs this and take it from all others: chmod 600; if others could read it, "
                "change the PIN");
  }
  return missing("the file of the PIN " + failure.what, failure.place);
}

}  // namespace sealgate::tokens
