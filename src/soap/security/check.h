#pragma once
// What an opened Security header must have proven before anything of the message is used. Fails closed.

#include <chrono>

#include "soap/security/reader.h"

namespace sealgate::soap {

struct SecurityPolicy {
  bool require_signature = false;
  bool require_encryption = false;
  bool require_timestamp = true;
  bool require_user = false;
  std::chrono::milliseconds maximum_age{std::chrono::minutes(5)};
  std::chrono::milliseconds clock_skew{std::chrono::minutes(1)};
};

/// What to remember a message by, and how long; no keys: it cannot be told from another of the same words.
struct Remembrance {
  std::vector<std::string> keys;
  Time until{};
};

/// soap.no-signature, soap.not-covered (the Body, and a Timestamp or UsernameToken that is there, under a signature),
/// soap.no-encryption, soap.no-timestamp, soap.stale, soap.no-user.
Result<Remembrance> check_security(const OpenedSecurity& opened, const Envelope& envelope,
                                   const SecurityPolicy& policy, Time now);

/// soap.bad-user. `password`: of the user that the token names.
Result<> check_password(const UsernameToken& token, const Secret& password);

}  // namespace sealgate::soap
