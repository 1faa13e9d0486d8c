#include "mime/line_scan.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sealgate::mime::detail {

std::size_t find_line_of_dashes(ByteView bytes, std::size_t from) {
  const std::size_t size = bytes.size();
  std::size_t at = from;
#if defined(__SSE2__)
  // Pairs "LF -" sixteen positions at a time; line ends alone, frequent in base64 and text, cost nothing.
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i dash = _mm_set1_epi8('-');
  while (size - at >= 18 && at <= size) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(bytes.data() + at));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(bytes.data() + at + 1));
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(here, newline), _mm_cmpeq_epi8(next, dash));
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(both));
    for (; hits != 0; hits &= hits - 1) {
      const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(hits));
      if (bytes[hit + 2] == '-') return hit;
    }
    at += 16;
  }
#endif
  while (at < size) {
    const void* const found = std::memchr(bytes.data() + at, '\n', size - at);
    if (found == nullptr) return size;
    const auto hit = static_cast<std::size_t>(static_cast<const Byte*>(found) - bytes.data());
    const bool first = hit + 1 >= size || bytes[hit + 1] == '-';
    const bool second = hit + 2 >= size || bytes[hit + 2] == '-';
    if (first && second) return hit;
    at = hit + 1;
  }
  return size;
}

}  // namespace sealgate::mime::detail
