#pragma once
// Secrets of ports and locations that lie in private files or systemd credentials: read anew each time, so that they
// may change.

#include <string>

#include "adapters/common/credentials.h"
#include "base/secret.h"

namespace sealgate::hosts {

/// What `source` (io/secret_source.h) holds: its first line, a password or passphrase. `what` begins the message,
/// "the password of alice"; `place` is the port or location. hosts.password-missing, hosts.password-not-private.
Result<Secret> password_in(const std::string& source, const std::string& what, const std::string& place);
/// The whole of it, a private key. hosts.key-file-missing, hosts.key-file-not-private.
Result<Secret> key_in(const std::string& source, const std::string& place);

/// A user and the password that lies there.
adapters::CredentialSource password_at(const std::string& user, const std::string& source, const std::string& place);

}  // namespace sealgate::hosts
