#include "crypto/detail/ghash.h"

#include <algorithm>

namespace sealgate::crypto::detail {
namespace {

/// An element of GF(2^128) in GCM's bit order: the first bit of the first byte is the coefficient of x^0.
struct Element {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

Element operator^(Element a, Element b) {
  return {a.high ^ b.high, a.low ^ b.low};
}

Element multiply(Element x, Element y) {
  Element product;
  for (int i = 0; i < 128; ++i) {
    const std::uint64_t bit = (i < 64 ? x.high >> (63 - i) : x.low >> (127 - i)) & 1;
    const std::uint64_t take = 0 - bit;
    product.high ^= y.high & take;
    product.low ^= y.low & take;
    const std::uint64_t reduce = (0 - (y.low & 1)) & 0xe100000000000000ULL;
    y.low = (y.low >> 1) | (y.high << 63);
    y.high = (y.high >> 1) ^ reduce;
  }
  return product;
}

Element power(Element base, std::uint64_t exponent) {
  Element result{0x8000000000000000ULL, 0};  // one
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}

std::uint64_t load(const Byte* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

/// The first 16 bytes, zero-padded.
Element load_block(ByteView bytes) {
  std::array<Byte, 16> block{};
  std::copy_n(bytes.begin(), std::min<std::size_t>(bytes.size(), 16), block.begin());
  return {load(block.data()), load(block.data() + 8)};
}

}  // namespace

std::array<Byte, 16> late_aad_correction(ByteView hash_key, ByteView aad, std::uint64_t content_bytes) {
  std::array<Byte, 16> bytes{};
  if (aad.empty()) return bytes;
  const Element h = load_block(hash_key);
  Element hash;
  for (ByteView rest = aad; !rest.empty(); rest = rest.subspan(std::min<std::size_t>(rest.size(), 16))) {
    hash = multiply(hash ^ load_block(rest), h);
  }
  const std::uint64_t content_blocks = content_bytes / 16 + (content_bytes % 16 != 0 ? 1 : 0);
  const Element length{std::uint64_t{aad.size()} * 8, 0};
  const Element result = multiply(hash, power(h, content_blocks + 1)) ^ multiply(length, h);
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<Byte>(result.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<Byte>(result.low >> (56 - 8 * i));
  }
  return bytes;
}

}  // namespace sealgate::crypto::detail
