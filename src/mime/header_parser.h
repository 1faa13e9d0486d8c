#pragma once
// Push parser of an entity's header: feed it bytes until done(); what it did not consume is the body.
// Line ends may be LF, CRLF or mixed. Holds at most Limits::max_header_bytes.

#include "base/bytes.h"
#include "base/error.h"
#include "mime/headers.h"
#include "mime/limits.h"

namespace sealgate::mime {

struct HeaderParserOptions {
  bool skip_leading_blank_lines = false;  ///< else a leading blank line is an empty header
  bool accept_mbox_line = true;           ///< a first line "From …" (no colon after From) belongs to no field
  /// A first line that is no header field means there is no header: everything, that line included, is body. When
  /// false, such a line is kept as a bad line like any later one.
  bool headerless_is_body = true;
};

class HeaderParser {
 public:
  explicit HeaderParser(const Limits& limits, HeaderParserOptions options = {})
      : limits_(limits), options_(options) {}

  /// Returns how many bytes of `bytes` belong to the header (all of them until done()). After done(), returns 0.
  /// Fails with mime.header-too-large and mime.too-many-header-fields.
  Result<std::size_t> feed(ByteView bytes);
  /// The input ended. Makes done() true; a header without blank line is fine here (see HeaderBlock::blank_line).
  Result<> finish();

  bool done() const { return done_; }
  /// Bytes that feed() counted as consumed but which turned out to be body, because there is no header: they precede
  /// whatever feed() left. Empty in every other case. Valid while the parser lives.
  ByteView held_back() const { return held_back_; }
  /// Once done().
  const HeaderBlock& block() const { return block_; }
  HeaderBlock take() { return std::move(block_); }

 private:
  Result<> end_line();
  Result<> end_field();
  void give_back();

  Limits limits_;
  HeaderParserOptions options_;
  HeaderBlock block_;
  Bytes held_back_;
  std::size_t line_start_ = 0;   ///< offset in block_.raw of the current line
  std::size_t field_start_ = 0;  ///< offset in block_.raw of the current field
  bool in_field_ = false;
  bool seen_line_ = false;  ///< a line other than mbox or skipped blank ones was seen
  bool done_ = false;
};

}  // namespace sealgate::mime
