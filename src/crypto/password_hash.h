#pragma once
// Passwords of users, kept so that they can be checked and not read: argon2id (RFC 9106) in the usual text form,
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash".

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::crypto {

/// With a fresh salt; takes about 30 ms and 19 MiB (OWASP's least).
Result<std::string> hash_password(ByteView password);
/// Such a text with a cost that is bearable: at most 256 MiB, 16 passes, 4 lanes.
bool is_password_hash(std::string_view text);
/// Whether it is the password. False also for a text that is no hash.
bool verify_password(const std::string& hash, ByteView password);

}  // namespace sealgate::crypto
