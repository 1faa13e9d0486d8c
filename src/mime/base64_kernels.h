#pragma once
// The inner loops of base64, one set per instruction set, chosen once at run time. Not for use outside this folder's
// coders, tests and the benchmark.

#include <cstddef>
#include <span>

#include "base/bytes.h"

namespace sealgate::mime::detail {

/// Output buffers need this many bytes past what is really written, because vectors are stored whole.
inline constexpr std::size_t kBase64Slack = 32;

/// Value of a base64 character, or one of the marks below.
inline constexpr Byte kBase64Pad = 64;
inline constexpr Byte kBase64White = 65;
inline constexpr Byte kBase64Other = 66;
Byte base64_class(Byte character);

struct Base64Kernel {
  const char* name;
  /// Encodes `lines` lines of `line_bytes` (a multiple of 3) each and ends each with `eol` (1 or 2 bytes). May read
  /// up to `in_end`. Returns the end of the output.
  Byte* (*encode_lines)(const Byte* in, const Byte* in_end, std::size_t lines, std::size_t line_bytes, ByteView eol,
                        Byte* out);
  /// Decodes whole quanta, skipping CR, LF, blank and tab between quanta; stops at the first thing that is neither
  /// (or, for vector kernels, near the end). Moves `in` and `out`. Knows nothing of padding.
  void (*decode)(const Byte*& in, const Byte* in_end, Byte*& out);
};

/// Every kernel this machine can run, the slowest (scalar) first.
std::span<const Base64Kernel> base64_kernels();
/// The fastest of them.
const Base64Kernel& base64_kernel();

}  // namespace sealgate::mime::detail
