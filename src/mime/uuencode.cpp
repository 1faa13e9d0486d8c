#include "mime/uuencode.h"

#include <algorithm>

#include "base/text.h"
#include "mime/errors.h"

namespace sealgate::mime::detail {
namespace {

constexpr std::size_t kLineBytes = 45;
/// A data line holds at most 1 + 84 characters, some encoders add a check character. Longer ones are cut here and
/// then fail, or are ignored outside the data.
constexpr std::size_t kMaxLine = 200;

bool is_uu_char(char c) {
  return c >= ' ' && c <= '`';
}
Byte uu_value(char c) {
  return static_cast<Byte>((c - ' ') & 63);
}
Byte uu_char(unsigned value) {
  return value == 0 ? Byte{'`'} : static_cast<Byte>(value + ' ');
}

/// "begin 644 name"
bool is_begin(std::string_view line) {
  if (!line.starts_with("begin ")) return false;
  const std::string_view rest = trim(line.substr(6));
  const auto digits = std::min(rest.find_first_not_of("01234567"), rest.size());
  return digits >= 3 && digits <= 4 && (digits == rest.size() || rest[digits] == ' ');
}

}  // namespace

tl::unexpected<Error> UuDecoder::broken(std::string what) const {
  return fail(kBadUuencode, std::move(what), "uuencoded line " + std::to_string(lines_),
              "ask the sender for the complete, unaltered message");
}

Result<> UuDecoder::data_line(std::string_view line) {
  if (!std::all_of(line.begin(), line.end(), is_uu_char)) {
    return broken("a line of uuencoded data holds a character outside the alphabet");
  }
  const std::size_t length = uu_value(line.front());
  const std::size_t wanted = (length + 2) / 3 * 4;
  line.remove_prefix(1);
  // Blanks at the end of a line, which mean zero in the old form, get lost on the way.
  if (line.size() < wanted && options_.strict) return broken("a line of uuencoded data is too short");
  if (line.size() > wanted + (options_.strict ? 1U : kMaxLine)) return broken("a line of uuencoded data is too long");
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t group = i / 3 * 4;
    const auto value = [&](std::size_t n) { return group + n < line.size() ? uu_value(line[group + n]) : Byte{0}; };
    const unsigned bits =
        (unsigned{value(0)} << 18) | (unsigned{value(1)} << 12) | (unsigned{value(2)} << 6) | value(3);
    buffer_.push_back(static_cast<Byte>(bits >> (16 - i % 3 * 8)));
  }
  return {};
}

Result<> UuDecoder::take_line(std::string_view line) {
  ++lines_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  switch (state_) {
    case State::Before:
      if (is_begin(line)) state_ = State::Body;
      return {};
    case State::After:
      return {};
    case State::Body:
      if (trim(line) == "end") {
        state_ = State::After;
        return {};
      }
      if (line.empty()) return {};
      if (line.size() >= kMaxLine) return broken("a line of uuencoded data is too long");
      SG_TRY(data_line(line));
      break;
  }
  if (buffer_.size() > kStreamBufferSize) {
    SG_TRY(target_.write(buffer_));
    buffer_.clear();
  }
  return {};
}

Result<> UuDecoder::write(ByteView bytes) {
  std::string_view text = as_text(bytes);
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const std::string_view piece = text.substr(0, newline);
    const std::size_t room = kMaxLine - std::min(kMaxLine, line_.size());
    line_ += piece.substr(0, std::min(room, piece.size()));
    if (newline == std::string_view::npos) break;
    SG_TRY(take_line(line_));
    line_.clear();
    text.remove_prefix(newline + 1);
  }
  if (buffer_.empty()) return {};
  SG_TRY(target_.write(buffer_));
  buffer_.clear();
  return {};
}

Result<> UuDecoder::finish() {
  if (!line_.empty()) SG_TRY(take_line(line_));
  if (state_ == State::Before) return broken("uuencoded data has no begin line");
  if (state_ == State::Body) return broken("uuencoded data has no end line");
  if (!buffer_.empty()) SG_TRY(target_.write(buffer_));
  return target_.finish();
}

UuEncoder::UuEncoder(Sink& target, const EncodeOptions& options)
    : target_(target), eol_(options.eol == "\n" ? "\n" : "\r\n"), name_(options.uuencode_name) {
  std::replace_if(
      name_.begin(), name_.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, '_');
  if (name_.empty()) name_ = "data";
}

Result<> UuEncoder::begin() {
  if (begun_) return {};
  begun_ = true;
  return target_.write(as_bytes("begin 644 " + name_ + eol_));
}

void UuEncoder::put_line(ByteView bytes) {
  buffer_.push_back(uu_char(static_cast<unsigned>(bytes.size())));
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t n) { return i + n < bytes.size() ? unsigned{bytes[i + n]} : 0U; };
    const unsigned bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) buffer_.push_back(uu_char((bits >> shift) & 63));
  }
  append(buffer_, as_bytes(eol_));
}

Result<> UuEncoder::write(ByteView bytes) {
  if (bytes.empty()) return {};
  SG_TRY(begin());
  while (!bytes.empty()) {
    const std::size_t more = std::min(kLineBytes - line_.size(), bytes.size());
    append(line_, bytes.first(more));
    bytes = bytes.subspan(more);
    if (line_.size() == kLineBytes) {
      put_line(line_);
      line_.clear();
    }
    if (buffer_.size() > kStreamBufferSize) {
      SG_TRY(target_.write(buffer_));
      buffer_.clear();
    }
  }
  if (buffer_.empty()) return {};
  SG_TRY(target_.write(buffer_));
  buffer_.clear();
  return {};
}

Result<> UuEncoder::finish() {
  SG_TRY(begin());
  if (!line_.empty()) put_line(line_);
  append(buffer_, as_bytes("`" + eol_ + "end" + eol_));
  SG_TRY(target_.write(buffer_));
  return target_.finish();
}

}  // namespace sealgate::mime::detail
