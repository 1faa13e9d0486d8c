#pragma once
// The inner loop of the multipart splitter.

#include <cstddef>

#include "base/bytes.h"

namespace sealgate::mime::detail {

/// Offset of the first LF at or after `from` that is followed by "--", or by less than two bytes that could still
/// become
/// "--"; bytes.size() when there is none.
std::size_t find_line_of_dashes(ByteView bytes, std::size_t from);

}  // namespace sealgate::mime::detail
