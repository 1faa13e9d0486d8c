#include "mime/base64.h"

#include <algorithm>

#include "mime/base64_coder.h"
#include "mime/errors.h"

namespace sealgate::mime {
namespace detail {
namespace {

/// Input is taken in pieces of this size, so that the output buffer has a fixed size.
constexpr std::size_t kPiece = kStreamBufferSize;
constexpr std::size_t kMaxLine = 76;  // RFC 2045 section 6.8

/// The last, possibly incomplete quantum of `bytes` and everything before it. Returns the end of the output.
Byte* encode_padded(ByteView bytes, Byte* out) {
  const std::size_t whole = bytes.size() / 3 * 3;
  static constexpr Byte kZero = 0;
  const ByteView mark(&kZero, 1);  // stands where a line end would, and is dropped
  if (whole > 0) {
    out = base64_kernels().front().encode_lines(bytes.data(), bytes.data() + whole, 1, whole, mark, out) - 1;
  }
  const std::size_t rest = bytes.size() - whole;
  if (rest == 0) return out;
  const Byte last[3] = {bytes[whole], rest > 1 ? bytes[whole + 1] : Byte{0}, 0};
  out = base64_kernels().front().encode_lines(last, last + 3, 1, 3, mark, out) - 1;
  if (rest == 1) out[-2] = '=';
  out[-1] = '=';
  return out;
}

}  // namespace

Base64Decoder::Base64Decoder(Sink& target, DecodeOptions options, const Base64Kernel& kernel)
    : target_(target), options_(options), kernel_(kernel) {}

tl::unexpected<Error> Base64Decoder::broken(std::string what) const {
  return fail(kBadBase64, std::move(what), "base64 offset " + std::to_string(offset_),
              "ask the sender for the complete, unaltered message");
}

Result<> Base64Decoder::pad() {
  if (pad_owed_) {
    pad_owed_ = false;
    return {};
  }
  if (count_ == 1) return broken("base64 data ends in the middle of a byte");
  if (options_.strict && (ended_ || count_ == 0)) return broken("base64 padding in the wrong place");
  return {};
}

Result<> Base64Decoder::take(Byte character, Byte*& out) {
  const Byte value = base64_class(character);
  if (value == kBase64White) return {};
  if (ended_ && !options_.strict) return {};
  if (value == kBase64Pad) {
    const bool second = pad_owed_;
    SG_TRY(pad());
    if (second) return {};
    // Three characters carry two bytes, two carry one.
    if (count_ == 3) *out++ = static_cast<Byte>(bits_ >> 10);
    if (count_ == 3) *out++ = static_cast<Byte>(bits_ >> 2);
    if (count_ == 2) *out++ = static_cast<Byte>(bits_ >> 4);
    pad_owed_ = count_ == 2;
    count_ = 0;
    bits_ = 0;
    ended_ = true;
    return {};
  }
  if (value == kBase64Other) {
    if (options_.strict) return broken("base64 data holds a character outside the alphabet");
    return {};  // RFC 2045 section 6.8: must be ignored
  }
  if (ended_) return broken("base64 data goes on after its padding");
  bits_ = (bits_ << 6) | value;
  if (++count_ < 4) return {};
  *out++ = static_cast<Byte>(bits_ >> 16);
  *out++ = static_cast<Byte>(bits_ >> 8);
  *out++ = static_cast<Byte>(bits_);
  bits_ = 0;
  count_ = 0;
  return {};
}

Result<> Base64Decoder::write(ByteView bytes) {
  if (bytes.empty()) return {};
  // As much as this takes: most bodies are far smaller than a piece, and filling one with zeros is work.
  const std::size_t room = std::min(bytes.size(), kPiece) / 4 * 3 + 3 + kBase64Slack;
  if (buffer_.size() < room) buffer_ = Bytes(room);
  const auto decode_scalar = base64_kernels().front().decode;
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), kPiece));
    const Byte* in = piece.data();
    const Byte* const end = in + piece.size();
    const std::uint64_t start_offset = offset_;
    Byte* out = buffer_.data();
    while (in < end) {
      if (count_ == 0 && !ended_) {
        kernel_.decode(in, end, out);
        decode_scalar(in, end, out);
        if (in == end) break;
      }
      offset_ = start_offset + static_cast<std::uint64_t>(in - piece.data());
      SG_TRY(take(*in, out));
      ++in;
    }
    offset_ = start_offset + piece.size();
    if (out != buffer_.data()) SG_TRY(target_.write(ByteView(buffer_.data(), out)));
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

Result<> Base64Decoder::finish() {
  if (count_ == 1) return broken("base64 data ends in the middle of a byte");
  if (options_.strict && (count_ != 0 || pad_owed_)) return broken("base64 data ends without its padding");
  if (count_ > 1) {
    const Byte last[2] = {static_cast<Byte>(count_ == 3 ? bits_ >> 10 : bits_ >> 4), static_cast<Byte>(bits_ >> 2)};
    SG_TRY(target_.write(ByteView(last, count_ - 1)));
  }
  return target_.finish();
}

Base64Encoder::Base64Encoder(Sink& target, const EncodeOptions& options, const Base64Kernel& kernel)
    : target_(target),
      kernel_(kernel),
      line_bytes_(std::clamp(options.line_length, std::size_t{4}, kMaxLine) / 4 * 3),
      eol_(options.eol == "\n" ? "\n" : "\r\n"),
      final_eol_(options.final_eol) {}

Result<> Base64Encoder::write_lines(ByteView whole_lines, const Byte* readable_end) {
  const std::size_t line_chars = line_bytes_ / 3 * 4 + eol_.size();
  const std::size_t most = kPiece / line_chars;
  const std::size_t room = std::min(whole_lines.size() / line_bytes_, most) * line_chars + kBase64Slack;
  if (buffer_.size() < room) buffer_ = Bytes(room);
  while (!whole_lines.empty()) {
    const std::size_t lines = std::min(whole_lines.size() / line_bytes_, most);
    Byte* const end =
        kernel_.encode_lines(whole_lines.data(), readable_end, lines, line_bytes_, as_bytes(eol_), buffer_.data());
    SG_TRY(target_.write(ByteView(buffer_.data(), end)));
    whole_lines = whole_lines.subspan(lines * line_bytes_);
  }
  return {};
}

Result<> Base64Encoder::write(ByteView bytes) {
  if (bytes.empty()) return {};
  if (!line_.empty()) {
    const std::size_t more = std::min(line_bytes_ - line_.size(), bytes.size());
    append(line_, bytes.first(more));
    bytes = bytes.subspan(more);
    if (bytes.empty()) return {};
    SG_TRY(write_lines(line_, line_.data() + line_.size()));
    line_.clear();
  }
  const std::size_t whole = (bytes.size() - 1) / line_bytes_ * line_bytes_;  // at least one byte stays back
  SG_TRY(write_lines(bytes.first(whole), bytes.data() + bytes.size()));
  append(line_, bytes.subspan(whole));
  return {};
}

Result<> Base64Encoder::finish() {
  if (!line_.empty()) {
    Bytes last(kMaxLine + 4 + eol_.size());
    Byte* end = encode_padded(line_, last.data());
    if (final_eol_) end = std::copy(eol_.begin(), eol_.end(), end);
    SG_TRY(target_.write(ByteView(last.data(), end)));
  }
  return target_.finish();
}

}  // namespace detail

std::string base64_encode(ByteView bytes) {
  Bytes out(bytes.size() / 3 * 4 + 8);
  const Byte* const end = detail::encode_padded(bytes, out.data());
  return std::string(as_text(ByteView(out.data(), end)));
}

Result<Bytes> base64_decode(std::string_view text) {
  BufferSink result;
  DecodeOptions options;
  options.strict = true;
  detail::Base64Decoder decoder(result, options);
  SG_TRY(decoder.write(as_bytes(text)));
  SG_TRY(decoder.finish());
  return result.take();
}

}  // namespace sealgate::mime
