#include "net/http1/chunked.h"

#include <algorithm>

namespace sealgate::net::http1 {

namespace {

/// All extensions and trailers of one body. Without a bound, a sender could keep us reading what no limit counts.
constexpr std::size_t kMaxExtraBytes = std::size_t{16} * 1024;
/// 16 digits fill 64 bits; a few leading zeros are harmless.
constexpr unsigned kMaxSizeDigits = 16;

tl::unexpected<Refusal> bad(std::string_view reason) {
  return tl::unexpected<Refusal>(Refusal{400, reason});
}

int hex_digit(Byte c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(Byte c) {
  return (c < 0x20 && c != '\t') || c == 0x7F;
}

}  // namespace

Parsed<void> ChunkedDecoder::count_extra() {
  if (++extra_ > kMaxExtraBytes) return bad("too many chunk extensions or trailers");
  return {};
}

Parsed<void> ChunkedDecoder::size_byte(Byte byte) {
  const int digit = hex_digit(byte);
  if (digit >= 0) {
    if (++digits_ > kMaxSizeDigits) return bad("a chunk size has too many digits");
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    return {};
  }
  if (digits_ == 0) return bad("a chunk has no size");
  if (byte == '\r') {
    state_ = State::SizeLf;
  } else if (byte == ';') {
    state_ = State::Extension;
  } else if (byte == ' ' || byte == '\t') {
    state_ = State::SizeBlank;
  } else {
    return bad("a chunk size is no hexadecimal number");
  }
  return {};
}

Parsed<void> ChunkedDecoder::framing_byte(Byte byte) {
  switch (state_) {
    case State::Size:
      return size_byte(byte);
    case State::SizeBlank:
      if (byte == '\r') {
        state_ = State::SizeLf;
      } else if (byte == ';') {
        state_ = State::Extension;
      } else if (byte != ' ' && byte != '\t') {
        return bad("a chunk size is followed by something that is no extension");
      }
      return count_extra();
    case State::Extension:
      if (byte == '\r') {
        state_ = State::SizeLf;
        return {};
      }
      if (is_control(byte)) return bad("a chunk extension holds a control character");
      return count_extra();
    case State::SizeLf:
      if (byte != '\n') return bad("a chunk size does not end in CRLF");
      state_ = left_ == 0 ? State::TrailerStart : State::Data;
      return {};
    case State::DataCr:
      if (byte != '\r') return bad("a chunk is longer than its size");
      state_ = State::DataLf;
      return {};
    case State::DataLf:
      if (byte != '\n') return bad("a chunk does not end in CRLF");
      state_ = State::Size;
      digits_ = 0;
      return {};
    case State::TrailerStart:
      if (byte == '\r') {
        state_ = State::EndLf;
        return {};
      }
      if (is_control(byte)) return bad("a trailer holds a control character");
      state_ = State::Trailer;
      return count_extra();
    case State::Trailer:
      if (byte == '\r') {
        state_ = State::TrailerLf;
        return {};
      }
      if (is_control(byte)) return bad("a trailer holds a control character");
      return count_extra();
    case State::TrailerLf:
      if (byte != '\n') return bad("a trailer does not end in CRLF");
      state_ = State::TrailerStart;
      return {};
    case State::EndLf:
      if (byte != '\n') return bad("the body does not end in CRLF");
      state_ = State::Done;
      return {};
    case State::Data:
    case State::Done:
      break;
  }
  return {};
}

std::string as_chunk(std::string_view piece) {
  if (piece.empty()) return {};
  std::string chunk;
  std::size_t size = piece.size();
  for (; size > 0; size >>= 4U) chunk.insert(chunk.begin(), "0123456789abcdef"[size & 15U]);
  return chunk.append("\r\n").append(piece).append("\r\n");
}

Parsed<ChunkedDecoder::Step> ChunkedDecoder::next(ByteView input) {
  Step step;
  while (step.consumed < input.size() && state_ != State::Done) {
    if (state_ == State::Data) {
      const std::size_t available = input.size() - step.consumed;
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, available));
      step.data = input.subspan(step.consumed, take);
      step.consumed += take;
      left_ -= take;
      if (left_ == 0) state_ = State::DataCr;
      return step;
    }
    const auto taken = framing_byte(input[step.consumed]);
    if (!taken) return tl::unexpected<Refusal>(taken.error());
    ++step.consumed;
  }
  return step;
}

}  // namespace sealgate::net::http1
