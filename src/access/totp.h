#pragma once
// Codes of an authenticator app: TOTP (RFC 6238) with SHA-1, six digits and steps of thirty seconds, which is what
// every app can do. The secret is sealed under the user's password: argon2id gives the key.

#include <optional>
#include <string>

#include "access/user.h"
#include "base/secret.h"

namespace sealgate::access {

inline constexpr std::chrono::seconds kTotpStep{30};

/// The code of this step (RFC 4226 section 5.3).
Result<std::string> totp_code(ByteView secret, std::int64_t step);
std::int64_t totp_step(Time now);

/// The step whose code it is: the present one, the one before or the one after (RFC 6238 section 5.2), and only one
/// after `last_step`. Blanks in the code do not count. Empty when it is none of them.
Result<std::optional<std::int64_t>> match_totp(ByteView secret, std::string_view code, Time now,
                                               std::int64_t last_step);

/// 160 random bits (RFC 4226 section 4), sealed; `secret` gets them.
Result<Authenticator> make_authenticator(const Secret& password, const std::string& user, Secret& secret);
/// access.damaged when the password does not open it.
Result<Secret> open_authenticator(const Authenticator& authenticator, const Secret& password,
                                  const std::string& user);
/// The same secret under another password.
Result<Authenticator> reseal(const Authenticator& authenticator, const Secret& old_password,
                             const Secret& new_password, const std::string& user);

/// Base32 (RFC 4648) without padding: what people type into an app.
std::string to_base32(ByteView bytes);
/// "otpauth://totp/Sealgate:alice?secret=…&issuer=Sealgate", for a QR code.
std::string totp_uri(const Secret& secret, const std::string& user);

}  // namespace sealgate::access
