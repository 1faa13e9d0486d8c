#pragma once
// Character sets of header text. Own tables for the usual ones, iconv for the rest.

#include <optional>
#include <string>
#include <string_view>

namespace sealgate::mime {

/// `bytes` in `charset` as UTF-8; bytes that are no character become U+FFFD. Nothing when the charset is unknown.
std::optional<std::string> to_utf8(std::string_view charset, std::string_view bytes);

/// True for valid UTF-8 (no overlong forms, no surrogates); ASCII included.
bool is_utf8(std::string_view bytes);

}  // namespace sealgate::mime
