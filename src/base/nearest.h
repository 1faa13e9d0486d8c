#pragma once
// Guessing what a mistyped word meant.

#include <string>
#include <string_view>
#include <vector>

namespace sealgate {

/// The one of `known` that is at most two edits (insert, delete, change; case does not count) away from `word`, the
/// closest first; "" when there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace sealgate
