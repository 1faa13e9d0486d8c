#pragma once
// Comparison that takes the same time wherever the first difference lies.

#include "base/bytes.h"

namespace sealgate::crypto {

/// False at once for different lengths (lengths are not secret here).
bool constant_time_equal(ByteView a, ByteView b);

}  // namespace sealgate::crypto
