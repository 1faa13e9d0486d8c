#pragma once
// Quoted-printable (RFC 2045 section 6.7) behind make_decoder() and make_encoder().

#include <string>

#include "base/sink.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime::detail {

class QuotedPrintableDecoder final : public Sink {
 public:
  QuotedPrintableDecoder(Sink& target, DecodeOptions options) : target_(target), options_(options) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> take(Byte byte);
  Result<> take_plain(Byte byte);
  Result<> literal_escape();
  Result<> put(ByteView bytes);
  Result<> flush();

  Sink& target_;
  DecodeOptions options_;
  Bytes buffer_;
  /// Blanks and at most one CR whose meaning the next byte decides: at the end of a line the blanks are dropped.
  Bytes blanks_;
  /// "=", "=4", "= \t", "=\r": an escape not yet complete.
  Bytes escape_;
};

class QuotedPrintableEncoder final : public Sink {
 public:
  QuotedPrintableEncoder(Sink& target, const EncodeOptions& options);
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> take(Byte byte);
  /// A soft line break when `size` more characters do not fit.
  void make_room(std::size_t size);
  /// One character of output that must stay together: "A" or "=41".
  Result<> put(std::string_view piece);
  Result<> put_escaped(Byte byte);
  Result<> hard_break();
  Result<> flush();

  Sink& target_;
  std::string eol_;
  std::size_t line_length_;
  Bytes buffer_;
  std::size_t column_ = 0;
  Byte held_ = 0;  ///< a blank or CR whose form depends on the next byte; 0 is none
};

}  // namespace sealgate::mime::detail
