#pragma once
// Small ASCII helpers. Protocol tokens are ASCII; none of these look at the locale.

#include <string>
#include <string_view>

namespace sealgate {

inline char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ascii_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
/// Without blanks, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

}  // namespace sealgate
