#pragma once
// The chunked transfer coding (RFC 9112, 7.1). The decoder has no sockets, no copies, no buffer.
//
// Accepted beyond the grammar: blanks after the chunk size, which partners send. Extensions and trailers are read
// within limits and dropped.

#include <cstdint>
#include <string>
#include <string_view>

#include "net/http1/request_head.h"

namespace sealgate::net::http1 {

/// As one chunk. Empty for nothing: an empty chunk would be the last.
std::string as_chunk(std::string_view piece);

class ChunkedDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;  ///< bytes of the input that are done with
    ByteView data;             ///< content among them; may be empty
  };

  /// Takes framing bytes and at most one run of content from the front of `input`. Call again with what is left until
  /// done() or until all is consumed. Always consumes something unless `input` is empty or done().
  Parsed<Step> next(ByteView input);
  bool done() const { return state_ == State::Done; }

 private:
  enum class State {
    Size,
    SizeBlank,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    EndLf,
    Done
  };
  Parsed<void> framing_byte(Byte byte);
  Parsed<void> size_byte(Byte byte);
  Parsed<void> count_extra();

  State state_ = State::Size;
  std::uint64_t left_ = 0;
  unsigned digits_ = 0;
  std::size_t extra_ = 0;  ///< bytes of extensions and trailers over the whole body
};

}  // namespace sealgate::net::http1
