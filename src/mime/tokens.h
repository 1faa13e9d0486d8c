#pragma once
// Character classes and small scanners shared by the header parsers of this folder. ASCII only.

#include <cstddef>
#include <string>
#include <string_view>

namespace sealgate::mime {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline bool is_white(char c) {
  return is_blank(c) || c == '\r' || c == '\n';
}
inline bool is_printable_ascii(char c) {
  return c >= ' ' && c <= '~';
}

/// RFC 2045 section 5.1: token characters.
bool is_token_char(char c);
bool is_token(std::string_view text);
/// RFC 5322 section 3.6.8: what a field name is made of.
inline bool is_field_name_char(char c) {
  return c > ' ' && c <= '~' && c != ':';
}

/// Offset of the first character at or after `at` that is neither white space nor inside a comment (RFC 5322 3.2.2).
/// A comment that does not end reaches to the end of the text.
std::size_t skip_cfws(std::string_view text, std::size_t at);

/// Reads a quoted string whose opening quote is at `at`; sets `at` behind the closing one (or to the end when there
/// is none). `keep_path` leaves a backslash alone unless a quote or another backslash follows (C:\orders\1.xml).
std::string read_quoted(std::string_view text, std::size_t& at, bool keep_path = false);

/// -1 for anything but a hexadecimal digit of either case.
int hex_digit(char c);

}  // namespace sealgate::mime
