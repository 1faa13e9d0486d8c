#include "cms/format.h"

#include <algorithm>

#include "base/text.h"
#include "cms/ber.h"
#include "cms/der.h"
#include "cms/errors.h"
#include "mime/transfer_encoding.h"

namespace sealgate::cms {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::size_t kMaxLine = std::size_t{64} * 1024;
constexpr std::size_t kLongLine = 1024;
constexpr std::size_t kMaxPreamble = std::size_t{64} * 1024;

bool is_base64_text(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](Byte b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '+' || b == '/' ||
           b == '=' || b == '\r' || b == '\n' || b == ' ' || b == '\t';
  });
}

/// A SEQUENCE of any length in base64 starts with M (0x30 is 00110000): "MI", "MC", "MD" … "MA".
bool starts_like_base64(ByteView text) {
  return !text.empty() && text[0] == 'M';
}

/// "-----BEGIN" at the start of some line.
bool has_armor(std::string_view text) {
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return true;
  }
  return false;
}

/// Takes the first PEM block apart line by line, without holding more than one line.
class PemSink final : public Sink {
 public:
  explicit PemSink(Sink& target)
      : target_(target),
        open_target_(target),
        decoder_(mime::make_decoder(mime::TransferEncoding::Base64, open_target_, {true})) {}

  Result<> write(ByteView bytes) override {
    while (!bytes.empty()) {
      // Inside the block whole runs of base64 go to the decoder at once, as far as they hold no dash.
      if (state_ == State::Body && line_.empty()) {
        const auto dash = std::find(bytes.begin(), bytes.end(), Byte{'-'});
        const auto count = static_cast<std::size_t>(dash - bytes.begin());
        if (count > 0) SG_TRY(decoder_->write(bytes.first(count)));
        bytes = bytes.subspan(count);
        if (bytes.empty()) return {};
      }
      // In steps, so that one endless line is recognised before it is long.
      const ByteView step = bytes.first(std::min(bytes.size(), kLongLine));
      const auto newline = std::find(step.begin(), step.end(), Byte{'\n'});
      const bool complete = newline != step.end();
      const auto count = static_cast<std::size_t>(newline - step.begin()) + (complete ? 1 : 0);
      if (line_.size() + count > kMaxLine) {
        return fail(kLimitArmor, "a line of more than " + std::to_string(kMaxLine) + " octets in PEM armor");
      }
      append(line_, bytes.first(count));
      bytes = bytes.subspan(count);
      if (complete) {
        SG_TRY(take_line());
      } else if (state_ == State::Headers && line_.size() >= kLongLine && is_base64_text(line_)) {
        SG_TRY(begin_body());  // everything on one line, as some write it
      }
    }
    return {};
  }

  Result<> finish() override {
    if (!line_.empty()) SG_TRY(take_line());
    if (state_ == State::Before) return fail(kNotCms, "there is no PEM block in this text");
    if (state_ != State::After) return fail(kTruncated, "the PEM block does not end");
    return target_.finish();
  }

 private:
  enum class State { Before, Headers, Body, After };

  Result<> take_line() {
    const std::string_view line = trim(as_text(line_));
    switch (state_) {
      case State::Before:
        skipped_ += line_.size();
        if (line.starts_with(kBegin)) state_ = State::Headers;
        if (skipped_ > kMaxPreamble) {
          return fail(kLimitArmor, "no PEM block within the first " + std::to_string(kMaxPreamble) + " octets");
        }
        break;
      case State::Headers:
        // RFC 1421 headers ("Proc-Type: 4,ENCRYPTED") and their continuation lines contain what base64 does not.
        skipped_ += line_.size();
        if (skipped_ > 2 * kMaxPreamble) return fail(kLimitArmor, "too many headers in PEM armor");
        if (line.starts_with(kEnd)) return end_block();
        if (line.empty() || line.find(':') != std::string_view::npos || !is_base64_text(as_bytes(line))) break;
        return begin_body();
      case State::Body:
        if (line.starts_with(kEnd)) return end_block();
        return fail(kMalformed, "a line inside the PEM block that is not base64");
      case State::After:
        if (line.starts_with(kBegin)) {
          return fail(kTrailingData, "more than one PEM block", {}, "split the file and decode each block by itself");
        }
        break;
    }
    line_.clear();
    return {};
  }

  Result<> begin_body() {
    state_ = State::Body;
    SG_TRY(decoder_->write(line_));
    line_.clear();
    return {};
  }

  Result<> end_block() {
    state_ = State::After;
    line_.clear();
    return decoder_->finish();
  }

  Sink& target_;
  mime::KeepOpenSink open_target_;
  std::unique_ptr<Sink> decoder_;
  State state_ = State::Before;
  Bytes line_;
  std::size_t skipped_ = 0;
};

class PassSink final : public Sink {
 public:
  explicit PassSink(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override { return target_.write(bytes); }
  Result<> finish() override { return target_.finish(); }

 private:
  Sink& target_;
};

class OtherSink final : public Sink {
 public:
  Result<> write(ByteView) override { return refuse(); }
  Result<> finish() override { return refuse(); }

 private:
  static Result<> refuse() {
    return fail(kNotCms, "this is neither DER nor PEM", {}, "give the CMS object itself, or the whole MIME message");
  }
};

class AutoSink final : public Sink {
 public:
  explicit AutoSink(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override {
    if (decoder_) return decoder_->write(bytes);
    if (prefix_.empty()) {
      // Mostly the first piece tells, and it may be the whole message: it is not copied for that.
      if (const auto format = sniff_format(bytes, false)) {
        decoder_ = make_format_decoder(*format, target_);
        return decoder_->write(bytes);
      }
    }
    append(prefix_, bytes);
    return decide(false);
  }
  Result<> finish() override {
    if (!decoder_) SG_TRY(decide(true));
    return decoder_->finish();
  }

 private:
  Result<> decide(bool at_end) {
    const auto format = sniff_format(prefix_, at_end);
    if (!format) return {};
    decoder_ = make_format_decoder(*format, target_);
    const Bytes prefix = std::move(prefix_);
    return decoder_->write(prefix);
  }
  Sink& target_;
  Bytes prefix_;
  std::unique_ptr<Sink> decoder_;
};

}  // namespace

std::optional<Format> sniff_format(ByteView prefix, bool at_end) {
  ByteView bytes = prefix;
  // A byte order mark and blank lines in front do no harm.
  if (bytes.size() >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf) bytes = bytes.subspan(3);
  const auto is_blank = [](Byte b) { return b == ' ' || b == '\t' || b == '\r' || b == '\n'; };
  const auto start = std::find_if_not(bytes.begin(), bytes.end(), is_blank);
  const ByteView text = bytes.subspan(static_cast<std::size_t>(start - bytes.begin()));
  const bool enough = at_end || prefix.size() >= kFormatSniffBytes;
  if (text.empty()) return enough ? std::optional(Format::Other) : std::nullopt;
  if (text[0] == 0x30) {
    // "0" is also a digit: in CMS an object identifier or a version follows the header of the SEQUENCE.
    BerHeader header;
    std::size_t used = 0;
    const HeaderStatus status = decode_header(text, header, used);
    if (status == HeaderStatus::NeedMore || (status == HeaderStatus::Complete && used == text.size())) {
      return at_end ? std::optional(Format::Other) : std::nullopt;
    }
    if (status == HeaderStatus::Complete && (text[used] == der::kOid || text[used] == der::kInteger))
      return Format::Ber;
  }
  if (has_armor(as_text(text))) {
    const std::string_view first_line = as_text(text).substr(0, as_text(text).find('\n'));
    if (first_line.starts_with(kBegin) || first_line.find(':') == std::string_view::npos) return Format::Pem;
    return Format::Other;  // a header field first: mail that contains armor
  }
  if (starts_like_base64(text)) {
    if (!is_base64_text(text)) return Format::Other;
    return enough || text.size() >= 64 ? std::optional(Format::Base64) : std::nullopt;
  }
  if (enough) return Format::Other;
  // Wait for armor further down only while the text may still be a preamble.
  const std::string_view first_line = as_text(text).substr(0, as_text(text).find('\n'));
  const bool whole_line = first_line.size() < text.size();
  if (whole_line && first_line.find(':') != std::string_view::npos && !first_line.starts_with(kBegin)) {
    return Format::Other;
  }
  return std::nullopt;
}

std::unique_ptr<Sink> make_format_decoder(Format format, Sink& target) {
  switch (format) {
    case Format::Ber:
      return std::make_unique<PassSink>(target);
    case Format::Pem:
      return std::make_unique<PemSink>(target);
    case Format::Base64:
      return mime::make_decoder(mime::TransferEncoding::Base64, target, {true});
    case Format::Other:
      break;
  }
  return std::make_unique<OtherSink>();
}

std::unique_ptr<Sink> make_auto_decoder(Sink& target) {
  return std::make_unique<AutoSink>(target);
}

}  // namespace sealgate::cms
