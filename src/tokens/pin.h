#pragma once
// The PIN of a token: from a file or a systemd credential, never from a command line or the environment.

#include "base/secret.h"
#include "tokens/token_uri.h"

namespace sealgate::tokens {

/// What the URI's pin-source names: "file:/path" or "/path" (mode 0600, of the user that runs this), or
/// "credential:NAME" ($CREDENTIALS_DIRECTORY/NAME). The first line of it. tokens.pin-missing,
/// tokens.pin-not-private.
Result<Secret> read_pin(const TokenUri& uri);

}  // namespace sealgate::tokens
