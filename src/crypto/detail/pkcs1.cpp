#include "crypto/detail/pkcs1.h"

namespace sealgate::crypto::detail {
namespace {

/// All ones or all zeros. The empty assembly keeps the compiler from seeing that it is a truth value and making a
/// branch of it.
using Mask = std::size_t;

Mask opaque(Mask mask) {
  __asm__("" : "+r"(mask));
  return mask;
}
constexpr int kTopBit = sizeof(Mask) * 8 - 1;
Mask is_zero(std::size_t value) {
  return opaque(0 - ((~value & (value - 1)) >> kTopBit));
}
Mask equal(std::size_t a, std::size_t b) {
  return is_zero(a ^ b);
}
std::size_t select(Mask mask, std::size_t yes, std::size_t no) {
  return (yes & mask) | (no & ~mask);
}
Byte select_byte(Mask mask, Byte yes, Byte no) {
  return static_cast<Byte>(select(mask, yes, no));
}

constexpr std::size_t kMinPadding = 8;

}  // namespace

std::size_t pkcs1_select_key(ByteView block, std::span<const std::size_t> accepted_lengths,
                             std::size_t fallback_length, std::span<Byte> key) {
  const std::size_t size = block.size();
  if (size < 2 + kMinPadding + 1) return fallback_length;
  const Mask header = is_zero(block[0]) & equal(block[1], 2);
  // Position of the first zero byte behind the header; 0 while there is none.
  std::size_t separator = 0;
  Mask searching = ~Mask{0};
  for (std::size_t i = 2; i < size; ++i) {
    const Mask here = is_zero(block[i]) & searching;
    separator = select(here, i, separator);
    searching &= ~here;
  }
  std::size_t length = fallback_length;
  for (const std::size_t accepted : accepted_lengths) {
    if (accepted > key.size() || size < 2 + kMinPadding + 1 + accepted) continue;  // public
    const std::size_t start = size - accepted;
    const Mask good = header & equal(separator, start - 1);
    for (std::size_t i = 0; i < accepted; ++i) key[i] = select_byte(good, block[start + i], key[i]);
    length = select(good, accepted, length);
  }
  return length;
}

}  // namespace sealgate::crypto::detail
