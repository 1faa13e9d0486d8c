#include "base/bytes.h"

namespace sealgate {
namespace {

std::string hex_with(ByteView bytes, std::string_view digits) {
  std::string text(bytes.size() * 2, '0');
  char* at = text.data();
  for (const Byte byte : bytes) {
    *at++ = digits[byte >> 4U];
    *at++ = digits[byte & 0x0FU];
  }
  return text;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  return hex_with(bytes, "0123456789abcdef");
}
std::string to_hex_upper(ByteView bytes) {
  return hex_with(bytes, "0123456789ABCDEF");
}

}  // namespace sealgate
