#pragma once
// UUIDs as we write them (RFC 9562 section 4): 36 characters, hexadecimal digits in lower case.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sealgate::messaging {

std::string uuid_text(std::span<const Byte, 16> octets);
/// nullopt unless `text` is exactly what uuid_text() makes.
std::optional<std::array<Byte, 16>> uuid_octets(std::string_view text);

}  // namespace sealgate::messaging
