#pragma once
// A change of a genuine message, as the first bytes of an input say: where, how much of it goes, and what comes
// there.

#include <algorithm>
#include <string>

#include "base/bytes.h"

namespace sealgate::fuzz {

inline std::string changed(std::string text, ByteView cut) {
  if (cut.size() < 3 || text.empty()) return text;
  const std::size_t at = (std::size_t{cut[0]} << 8U | cut[1]) % text.size();
  const std::size_t length = std::min<std::size_t>(cut[2], text.size() - at);
  return text.replace(at, length, as_text(cut.subspan(3)));
}

}  // namespace sealgate::fuzz
