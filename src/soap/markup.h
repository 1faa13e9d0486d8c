#pragma once
// XML as text, for what we make ourselves.

#include <string>
#include <string_view>

namespace sealgate::soap {

/// For content and for attributes in double quotes. Control characters that XML does not have become '?'.
std::string escaped(std::string_view text);

/// True for an XML name without a colon, of ASCII letters, digits, '.', '-', '_' (NCName; those that others use are
/// read, but never written by us).
bool is_plain_name(std::string_view text);

}  // namespace sealgate::soap
