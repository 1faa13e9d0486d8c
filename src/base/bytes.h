#pragma once
// Byte buffers and views. A ByteView never owns; whoever hands one out says how long it stays valid.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealgate {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}
inline void append(Bytes& target, ByteView more) {
  target.insert(target.end(), more.begin(), more.end());
}

/// Lower-case hexadecimal, two digits a byte, no separators.
std::string to_hex(ByteView bytes);
/// Upper-case hexadecimal, as thumbprints are shown.
std::string to_hex_upper(ByteView bytes);

}  // namespace sealgate
