#pragma once
// Identifiers that open something: of sessions, tokens and invitations. Whoever has one is let in, so the store keeps
// their SHA-256 alone. They are 256 random bits, which nobody guesses: a fast hash is enough.

#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::access {

/// What tokens begin with, so that they are known as such where they are found by mistake.
inline constexpr std::string_view kTokenPrefix = "sgt_";

/// 64 hexadecimal digits.
Result<std::string> make_identifier();
/// Under which the store keeps it: 64 hexadecimal digits of its SHA-256.
Result<std::string> stored_id(std::string_view identifier);
/// Whether it has that form: what others send is asked of the store only then.
bool is_stored_id(std::string_view id);
/// Bound to the session with this identifier; who does not know that cannot make it. 64 hexadecimal digits.
Result<std::string> csrf_token(std::string_view identifier);

}  // namespace sealgate::access
