#pragma once
// The encodings that documents may have. Others (UTF-7, EBCDIC, UCS-4) hide content from whoever looks at bytes.

#include <algorithm>
#include <array>
#include <string_view>

namespace sealgate::xml {

/// `name` in lower case.
inline bool is_known_encoding(std::string_view name) {
  constexpr std::array<std::string_view, 8> kExact{"utf-8",    "utf8",  "utf-16",   "utf-16le",
                                                   "utf-16be", "ascii", "us-ascii", "latin1"};
  if (std::ranges::find(kExact, name) != kExact.end()) return true;
  // "iso-8859-15", "windows-1252": digits and nothing else behind.
  for (const std::string_view family : {"iso-8859-", "windows-125"}) {
    if (!name.starts_with(family) || name.size() == family.size() || name.size() > family.size() + 2) continue;
    return std::ranges::all_of(name.substr(family.size()), [](char c) { return c >= '0' && c <= '9'; });
  }
  return false;
}

}  // namespace sealgate::xml
