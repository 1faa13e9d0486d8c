#include "mime/quoted_printable.h"

#include <algorithm>
#include <array>

#include "mime/errors.h"
#include "mime/tokens.h"

namespace sealgate::mime::detail {
namespace {

/// A run of blanks longer than any line may be (RFC 5322 2.1.1) is content, not padding: it is passed on.
constexpr std::size_t kMaxHeld = 998;

/// Bytes that mean something to the decoder; all others are copied.
constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (const char c : {'=', ' ', '\t', '\r', '\n'}) special[static_cast<Byte>(c)] = true;
  return special;
}
constexpr std::array<bool, 256> kSpecial = make_special();

/// Printable bytes that need no escape wherever they stand but at the start of a line.
bool is_plain(Byte byte) {
  return byte > ' ' && byte <= '~' && byte != '=';
}

}  // namespace

Result<> QuotedPrintableDecoder::flush() {
  if (buffer_.empty()) return {};
  SG_TRY(target_.write(buffer_));
  buffer_.clear();
  return {};
}

Result<> QuotedPrintableDecoder::put(ByteView bytes) {
  if (buffer_.size() + bytes.size() > kStreamBufferSize) SG_TRY(flush());
  if (bytes.size() > kStreamBufferSize) return target_.write(bytes);
  append(buffer_, bytes);
  return {};
}

Result<> QuotedPrintableDecoder::take_plain(Byte byte) {
  if (byte == '\n') {
    // RFC 2045 6.7 rule 3: blanks at the end of a line were added on the way.
    const bool cr = !blanks_.empty() && blanks_.back() == '\r';
    blanks_.clear();
    return put(as_bytes(cr ? "\r\n" : "\n"));
  }
  if (!blanks_.empty() && (blanks_.back() == '\r' || blanks_.size() >= kMaxHeld)) {
    SG_TRY(put(blanks_));  // a CR alone is content, and so are the blanks before it
    blanks_.clear();
  }
  if (byte == ' ' || byte == '\t' || byte == '\r') {
    blanks_.push_back(byte);
    return {};
  }
  if (!blanks_.empty()) {
    SG_TRY(put(blanks_));
    blanks_.clear();
  }
  if (byte == '=') {
    escape_.push_back(byte);
    return {};
  }
  return put(ByteView(&byte, 1));
}

/// What looked like an escape is none.
Result<> QuotedPrintableDecoder::literal_escape() {
  if (options_.strict) {
    return fail(kBadQuotedPrintable,
                "quoted-printable data holds an escape that is neither hexadecimal nor a line end", {},
                "ask the sender for the unaltered message");
  }
  const Bytes text = std::move(escape_);
  escape_.clear();
  SG_TRY(put(as_bytes("=")));
  for (const Byte byte : ByteView(text).subspan(1)) SG_TRY(take_plain(byte));
  return {};
}

Result<> QuotedPrintableDecoder::take(Byte byte) {
  if (escape_.empty()) return take_plain(byte);
  const auto character = static_cast<char>(byte);
  const auto last = static_cast<char>(escape_.back());
  if (byte == '\n' && hex_digit(last) < 0) {  // soft line break; blanks between "=" and the line end are padding
    escape_.clear();
    return {};
  }
  if (last == '=' && hex_digit(character) >= 0) {
    escape_.push_back(byte);
    return {};
  }
  if (escape_.size() == 2 && hex_digit(last) >= 0 && hex_digit(character) >= 0) {
    const auto value = static_cast<Byte>(hex_digit(last) * 16 + hex_digit(character));
    escape_.clear();
    return put(ByteView(&value, 1));
  }
  const bool padding = last == '=' || is_blank(last);
  if (padding && (is_blank(character) || byte == '\r') && escape_.size() < kMaxHeld) {
    escape_.push_back(byte);
    return {};
  }
  SG_TRY(literal_escape());
  return take(byte);
}

Result<> QuotedPrintableDecoder::write(ByteView bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (escape_.empty() && blanks_.empty()) {
      std::size_t stop = at;
      while (stop < bytes.size() && !kSpecial[bytes[stop]]) ++stop;
      if (stop > at) SG_TRY(put(bytes.subspan(at, stop - at)));
      at = stop;
      if (at == bytes.size()) break;
      // The two most frequent specials, when they lie in this piece as a whole.
      if (bytes.size() - at >= 3 && bytes[at] == '=') {
        const int high = hex_digit(static_cast<char>(bytes[at + 1]));
        const int low = hex_digit(static_cast<char>(bytes[at + 2]));
        const bool soft_break = bytes[at + 1] == '\r' && bytes[at + 2] == '\n';
        if (soft_break || (high >= 0 && low >= 0)) {
          if (buffer_.size() >= kStreamBufferSize) SG_TRY(flush());
          if (!soft_break) buffer_.push_back(static_cast<Byte>(high * 16 + low));
          at += 3;
          continue;
        }
      }
    }
    SG_TRY(take(bytes[at]));
    ++at;
  }
  return flush();
}

Result<> QuotedPrintableDecoder::finish() {
  const bool soft_break = escape_.empty() || hex_digit(static_cast<char>(escape_.back())) < 0;
  if (!soft_break) SG_TRY(literal_escape());
  // Blanks at the very end are padding like at the end of any line; a CR there is content.
  if (!blanks_.empty() && blanks_.back() == '\r') SG_TRY(put(blanks_));
  SG_TRY(flush());
  return target_.finish();
}

QuotedPrintableEncoder::QuotedPrintableEncoder(Sink& target, const EncodeOptions& options)
    : target_(target),
      eol_(options.eol == "\n" ? "\n" : "\r\n"),
      line_length_(std::clamp(options.line_length, std::size_t{8}, std::size_t{76})) {}

Result<> QuotedPrintableEncoder::flush() {
  if (buffer_.empty()) return {};
  SG_TRY(target_.write(buffer_));
  buffer_.clear();
  return {};
}

void QuotedPrintableEncoder::make_room(std::size_t size) {
  if (column_ + size <= line_length_ - 1) return;  // the last column is for the "=" of a soft line break
  buffer_.push_back('=');
  append(buffer_, as_bytes(eol_));
  column_ = 0;
}

Result<> QuotedPrintableEncoder::put(std::string_view piece) {
  make_room(piece.size());
  for (const char c : piece) buffer_.push_back(static_cast<Byte>(c));
  column_ += piece.size();
  if (buffer_.size() > kStreamBufferSize) return flush();
  return {};
}

Result<> QuotedPrintableEncoder::put_escaped(Byte byte) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const char escaped[3] = {'=', kDigits[byte >> 4], kDigits[byte & 15]};
  return put({escaped, 3});
}

Result<> QuotedPrintableEncoder::hard_break() {
  append(buffer_, as_bytes(eol_));
  column_ = 0;
  return {};
}

Result<> QuotedPrintableEncoder::take(Byte byte) {
  if (held_ != 0) {
    const Byte held = held_;
    held_ = 0;
    if (held == '\r') {
      if (byte == '\n') return hard_break();
      SG_TRY(put_escaped(held));
    } else if (byte == '\r' || byte == '\n') {
      SG_TRY(put_escaped(held));  // a blank at the end of a line would be lost (rule 3)
    } else {
      const auto blank = static_cast<char>(held);
      SG_TRY(put({&blank, 1}));
    }
  }
  const auto character = static_cast<char>(byte);
  if (byte == '\n' && eol_ == "\n") return hard_break();
  if ((byte == '\r' && eol_ == "\r\n") || is_blank(character)) {
    held_ = byte;
    return {};
  }
  // A dot alone on a line and "From " at a line's start do not survive old mail paths.
  make_room(1);
  const bool fragile = column_ == 0 && (character == '.' || character == 'F');
  if (byte == '=' || fragile || !is_printable_ascii(character)) return put_escaped(byte);
  return put({&character, 1});
}

Result<> QuotedPrintableEncoder::write(ByteView bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (held_ == 0 && column_ > 0) {
      // A run of plain characters as far as the line reaches.
      const std::size_t room = std::min(line_length_ - 1 - std::min(column_, line_length_ - 1), bytes.size() - at);
      std::size_t run = 0;
      while (run < room && is_plain(bytes[at + run])) ++run;
      append(buffer_, bytes.subspan(at, run));
      column_ += run;
      at += run;
      if (at == bytes.size()) break;
    }
    SG_TRY(take(bytes[at]));
    ++at;
  }
  return flush();
}

Result<> QuotedPrintableEncoder::finish() {
  if (held_ != 0) SG_TRY(put_escaped(held_));
  SG_TRY(flush());
  return target_.finish();
}

}  // namespace sealgate::mime::detail
