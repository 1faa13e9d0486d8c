#pragma once
// Loads OpenSSL's providers. Every operation of this folder does it by itself on first use; programs call it at start
// so that a missing legacy provider is reported before the first message, not with it.

#include "base/error.h"

namespace sealgate::crypto {

/// Loads the default and the legacy provider into OpenSSL's default library context and fetches every algorithm once.
/// Idempotent, thread-safe, cheap after the first call. Fails with crypto.no-legacy-provider where DES and RC2 are
/// missing; everything else works even then.
Result<> initialise();

}  // namespace sealgate::crypto
