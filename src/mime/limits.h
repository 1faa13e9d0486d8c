#pragma once
// What a MIME tree may cost. Each limit has its own error code in errors.h; everything else a parser of this folder
// holds is bounded by these values or by a constant.

#include <cstddef>

namespace sealgate::mime {

struct Limits {
  std::size_t max_depth = 64;      ///< levels; the root entity is 1: mime.too-deep
  std::size_t max_parts = 10'000;  ///< entities in the whole tree, root included: mime.too-many-parts
  std::size_t max_header_bytes =
      std::size_t{256} * 1024;            ///< raw bytes of one entity's header: mime.header-too-large
  std::size_t max_header_fields = 1'000;  ///< fields of one entity's header: mime.too-many-header-fields
};

/// RFC 2046 section 5.1.1 says 70; real ones are longer at times. Longer than this is mime.bad-boundary.
inline constexpr std::size_t kMaxBoundaryLength = 1'000;

/// Blanks allowed between a delimiter and its line end (RFC 2046 transport-padding); with more it is no delimiter.
inline constexpr std::size_t kMaxTransportPadding = 256;

}  // namespace sealgate::mime
