#pragma once
// Names of AS2 systems: the values of AS2-From and AS2-To (RFC 4130 section 6.2). 1 to 128 printable ASCII
// characters, compared with case. A name with a blank, a quote or a backslash is a quoted string on the wire; the
// name itself is what the quotes hold.

#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::as2 {

inline constexpr std::size_t kMaxName = 128;

struct Name {
  std::string text;     ///< without quotes and escapes
  bool quoted = false;  ///< how it stood on the wire; receipts answer in the same style
  friend bool operator==(const Name& a, const Name& b) { return a.text == b.text; }
};

/// Fails with as2.bad-name for what no partner means: nothing, control characters, beyond ASCII, more than 128
/// characters, quotes that do not end or end too early. Also takes blanks without quotes, and a backslash that
/// escapes nothing as itself.
Result<Name> parse_name(std::string_view field);

/// The value of a header field. Quoted when it must be, or when `name.quoted` wants it so. Fails with as2.bad-value.
Result<std::string> format_name(const Name& name);

}  // namespace sealgate::as2
