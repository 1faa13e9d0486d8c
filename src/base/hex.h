#pragma once
// Hexadecimal digits read back; to_hex() is in bytes.h.

#include <optional>

#include "base/bytes.h"

namespace sealgate {

/// Both cases, two digits a byte, nothing else; empty optional for any other text.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace sealgate
