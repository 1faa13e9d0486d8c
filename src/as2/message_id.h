#pragma once
// Message-ID of messages and receipts (RFC 4130 section 5.3.3). A partner's is kept as it came, whatever it looks
// like: it goes back in Original-Message-ID letter by letter.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::as2 {

inline constexpr std::size_t kMaxMessageId = 998;

/// The value without outer blanks. Fails with as2.bad-message-id when it is empty, longer than 998 characters, or has
/// control characters or some beyond ASCII. Angle brackets and "@" may be missing.
Result<std::string> parse_message_id(std::string_view field);

/// True for two that differ in nothing but outer blanks and angle brackets.
bool same_message_id(std::string_view a, std::string_view b);

/// "<hex of random@domain>"; `domain` is cleaned of what RFC 5322 does not allow there, "sealgate" when nothing is
/// left. 16 random bytes or more are enough.
std::string make_message_id(ByteView random, std::string_view domain);

}  // namespace sealgate::as2
