#include "mime/base64_kernels.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#define SG_X86 1
#endif

namespace sealgate::mime::detail {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<Byte, 256> make_classes() {
  std::array<Byte, 256> classes{};
  for (Byte& entry : classes) entry = kBase64Other;
  for (std::size_t i = 0; i < 64; ++i) classes[static_cast<Byte>(kAlphabet[i])] = static_cast<Byte>(i);
  for (const char white : {' ', '\t', '\r', '\n', '\v', '\f'}) classes[static_cast<Byte>(white)] = kBase64White;
  classes['='] = kBase64Pad;
  return classes;
}
constexpr std::array<Byte, 256> kClasses = make_classes();

bool is_line_white(Byte c) {
  return c == '\r' || c == '\n' || c == ' ' || c == '\t';
}

inline void encode_three(const Byte* in, Byte* out) {
  const std::uint32_t bits = (std::uint32_t{in[0]} << 16) | (std::uint32_t{in[1]} << 8) | in[2];
  out[0] = static_cast<Byte>(kAlphabet[bits >> 18]);
  out[1] = static_cast<Byte>(kAlphabet[(bits >> 12) & 63]);
  out[2] = static_cast<Byte>(kAlphabet[(bits >> 6) & 63]);
  out[3] = static_cast<Byte>(kAlphabet[bits & 63]);
}

inline Byte* put_eol(ByteView eol, Byte* out) {
  out[0] = eol[0];
  if (eol.size() > 1) out[1] = eol[1];
  return out + eol.size();
}

Byte* encode_lines_scalar(const Byte* in, const Byte* /*in_end*/, std::size_t lines, std::size_t line_bytes,
                          ByteView eol, Byte* out) {
  for (; lines > 0; --lines) {
    for (const Byte* const stop = in + line_bytes; in < stop; in += 3, out += 4) encode_three(in, out);
    out = put_eol(eol, out);
  }
  return out;
}

/// One quantum when the next four characters are all of the alphabet.
inline bool decode_quantum(const Byte* in, Byte* out) {
  const Byte a = kClasses[in[0]];
  const Byte b = kClasses[in[1]];
  const Byte c = kClasses[in[2]];
  const Byte d = kClasses[in[3]];
  if ((a | b | c | d) >= 64) return false;
  const std::uint32_t bits =
      (std::uint32_t{a} << 18) | (std::uint32_t{b} << 12) | (std::uint32_t{c} << 6) | std::uint32_t{d};
  out[0] = static_cast<Byte>(bits >> 16);
  out[1] = static_cast<Byte>(bits >> 8);
  out[2] = static_cast<Byte>(bits);
  return true;
}

void decode_scalar(const Byte*& in, const Byte* in_end, Byte*& out) {
  while (in_end - in >= 4) {
    if (decode_quantum(in, out)) {
      in += 4;
      out += 3;
    } else if (is_line_white(*in)) {
      ++in;
    } else {
      return;
    }
  }
}

#ifdef SG_X86
// The arithmetic of both directions is Wojciech Muła's (http://0x80.pl/articles/index.html#base64-algorithm-new):
// multiplications move the 6-bit groups into place, and a nibble look-up tells the alphabet's ranges apart.

#define SG_SSSE3 __attribute__((target("ssse3")))
#define SG_AVX2 __attribute__((target("avx2,bmi")))

SG_SSSE3 inline __m128i encode_vector(__m128i in) {
  in = _mm_shuffle_epi8(in, _mm_set_epi8(10, 11, 9, 10, 7, 8, 6, 7, 4, 5, 3, 4, 1, 2, 0, 1));
  const __m128i high = _mm_mulhi_epu16(_mm_and_si128(in, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
  const __m128i low = _mm_mullo_epi16(_mm_and_si128(in, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
  const __m128i index = _mm_or_si128(high, low);
  __m128i range = _mm_subs_epu8(index, _mm_set1_epi8(51));
  range = _mm_or_si128(range, _mm_and_si128(_mm_cmpgt_epi8(_mm_set1_epi8(26), index), _mm_set1_epi8(13)));
  const __m128i shift = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                      '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  return _mm_add_epi8(_mm_shuffle_epi8(shift, range), index);
}

SG_SSSE3 Byte* encode_lines_ssse3(const Byte* in, const Byte* in_end, std::size_t lines, std::size_t line_bytes,
                                  ByteView eol, Byte* out) {
  for (; lines > 0; --lines) {
    const Byte* const stop = in + line_bytes;
    while (in < stop && in_end - in >= 16) {
      const __m128i chars = encode_vector(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(in)));
      _mm_storeu_si128(reinterpret_cast<__m128i_u*>(out), chars);
      const auto step = stop - in < 12 ? stop - in : 12;
      in += step;
      out += step / 3 * 4;
    }
    for (; in < stop; in += 3, out += 4) encode_three(in, out);
    out = put_eol(eol, out);
  }
  return out;
}

SG_AVX2 inline __m256i encode_vector(__m256i in) {
  in = _mm256_shuffle_epi8(in, _mm256_set_epi8(10, 11, 9, 10, 7, 8, 6, 7, 4, 5, 3, 4, 1, 2, 0, 1, 10, 11, 9, 10, 7, 8,
                                               6, 7, 4, 5, 3, 4, 1, 2, 0, 1));
  const __m256i high =
      _mm256_mulhi_epu16(_mm256_and_si256(in, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
  const __m256i low =
      _mm256_mullo_epi16(_mm256_and_si256(in, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
  const __m256i index = _mm256_or_si256(high, low);
  __m256i range = _mm256_subs_epu8(index, _mm256_set1_epi8(51));
  range =
      _mm256_or_si256(range, _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(26), index), _mm256_set1_epi8(13)));
  const __m256i shift = _mm256_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                         '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0,
                                         'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                         '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  return _mm256_add_epi8(_mm256_shuffle_epi8(shift, range), index);
}

SG_AVX2 Byte* encode_lines_avx2(const Byte* in, const Byte* in_end, std::size_t lines, std::size_t line_bytes,
                                ByteView eol, Byte* out) {
  for (; lines > 0; --lines) {
    const Byte* const stop = in + line_bytes;
    while (in < stop && in_end - in >= 28) {
      // 12 bytes into each half of the vector.
      const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(in));
      const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(in + 12));
      const __m256i chars = encode_vector(_mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1));
      _mm256_storeu_si256(reinterpret_cast<__m256i_u*>(out), chars);
      const auto step = stop - in < 24 ? stop - in : 24;
      in += step;
      out += step / 3 * 4;
    }
    for (; in < stop; in += 3, out += 4) encode_three(in, out);
    out = put_eol(eol, out);
  }
  return out;
}

/// After a vector of which only the first `run` characters were of the alphabet: moves past them and the line end.
/// False when something else follows. Lines of 76 leave a run of 12, lines of 64 none: as constants behind a branch
/// these let the processor go on with the next line instead of waiting for the count.
inline bool skip_line_end(const Byte*& in, const Byte* in_end, Byte*& out, std::size_t run) {
  if (run == 12) {
    in += 12;
    out += 9;
  } else if (run != 0) {
    in += run / 4 * 4;
    out += run / 4 * 3;
    if (run % 4 != 0) return false;
  }
  if (in_end - in >= 2 && in[0] == '\r' && in[1] == '\n') {
    in += 2;
    return true;
  }
  if (!is_line_white(*in)) return false;
  do {
    ++in;
  } while (in < in_end && is_line_white(*in));
  return true;
}

/// Values of 16 characters packed to 12 bytes; `valid` has a bit for each character of the alphabet.
SG_SSSE3 inline __m128i decode_vector(__m128i in, std::uint32_t& valid) {
  const __m128i mask = _mm_set1_epi8(0x2f);
  const __m128i high = _mm_and_si128(_mm_srli_epi32(in, 4), mask);
  const __m128i low = _mm_and_si128(in, mask);
  const __m128i low_bits = _mm_shuffle_epi8(
      _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A),
      low);
  const __m128i high_bits = _mm_shuffle_epi8(
      _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10),
      high);
  valid = static_cast<std::uint32_t>(
      _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(low_bits, high_bits), _mm_setzero_si128())));
  const __m128i slash = _mm_cmpeq_epi8(in, mask);
  const __m128i roll = _mm_shuffle_epi8(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0),
                                        _mm_add_epi8(slash, high));
  const __m128i pairs = _mm_maddubs_epi16(_mm_add_epi8(in, roll), _mm_set1_epi32(0x01400140));
  const __m128i words = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
  return _mm_shuffle_epi8(words, _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
}

SG_SSSE3 void decode_ssse3(const Byte*& in, const Byte* in_end, Byte*& out) {
  while (in_end - in >= 16) {
    std::uint32_t valid = 0;
    const __m128i bytes = decode_vector(_mm_loadu_si128(reinterpret_cast<const __m128i_u*>(in)), valid);
    const auto run = static_cast<std::size_t>(std::countr_one(valid));  // at most 16: the upper half is zero
    _mm_storeu_si128(reinterpret_cast<__m128i_u*>(out), bytes);
    if (run == 16) {
      in += 16;
      out += 12;
      continue;
    }
    if (!skip_line_end(in, in_end, out, run)) return;
  }
}

SG_AVX2 inline __m256i decode_vector(__m256i in, std::uint32_t& valid) {
  const __m256i mask = _mm256_set1_epi8(0x2f);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi32(in, 4), mask);
  const __m256i low = _mm256_and_si256(in, mask);
  const __m256i low_bits =
      _mm256_shuffle_epi8(_mm256_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A,
                                           0x1B, 0x1B, 0x1B, 0x1A, 0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                           0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A),
                          low);
  const __m256i high_bits =
      _mm256_shuffle_epi8(_mm256_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10,
                                           0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                                           0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10),
                          high);
  valid = static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(low_bits, high_bits), _mm256_setzero_si256())));
  const __m256i slash = _mm256_cmpeq_epi8(in, mask);
  const __m256i roll = _mm256_shuffle_epi8(_mm256_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0,
                                                            0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0),
                                           _mm256_add_epi8(slash, high));
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_add_epi8(in, roll), _mm256_set1_epi32(0x01400140));
  const __m256i words = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
  const __m256i packed =
      _mm256_shuffle_epi8(words, _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6,
                                                  5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  return _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, -1, -1));
}

SG_AVX2 void decode_avx2(const Byte*& in, const Byte* in_end, Byte*& out) {
  while (in_end - in >= 32) {
    std::uint32_t valid = 0;
    const __m256i bytes = decode_vector(_mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(in)), valid);
    const auto run = static_cast<std::size_t>(std::countr_one(valid));
    _mm256_storeu_si256(reinterpret_cast<__m256i_u*>(out), bytes);
    if (run == 32) {
      in += 32;
      out += 24;
      continue;
    }
    if (!skip_line_end(in, in_end, out, run)) return;
  }
}
#endif  // SG_X86

std::vector<Base64Kernel> find_kernels() {
  std::vector<Base64Kernel> found{{"scalar", encode_lines_scalar, decode_scalar}};
#ifdef SG_X86
  if (__builtin_cpu_supports("ssse3")) found.push_back({"ssse3", encode_lines_ssse3, decode_ssse3});
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
    found.push_back({"avx2", encode_lines_avx2, decode_avx2});
  }
#endif
  return found;
}

}  // namespace

Byte base64_class(Byte character) {
  return kClasses[character];
}

std::span<const Base64Kernel> base64_kernels() {
  static const std::vector<Base64Kernel> kernels = find_kernels();
  return kernels;
}

const Base64Kernel& base64_kernel() {
  return base64_kernels().back();
}

}  // namespace sealgate::mime::detail
