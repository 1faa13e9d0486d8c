#pragma once
// Content-Transfer-Encodings as sinks, both directions (RFC 2045 section 6; uuencode as in POSIX). Every coder
// forwards finish() to its target; wrap the target in a KeepOpenSink where more follows. All hold a bounded buffer
// and give the same output whatever the chunk sizes are.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/sink.h"

namespace sealgate::mime {

enum class TransferEncoding { SevenBit, EightBit, Binary, Base64, QuotedPrintable, Uuencode, Unknown };

/// Any case, outer blanks and comments ignored; "x-uuencode", "uuencode", "x-uue", "uue" are Uuencode. Never fails:
/// Unknown.
TransferEncoding parse_transfer_encoding(std::string_view name);
/// "7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode"; "" for Unknown.
std::string_view transfer_encoding_name(TransferEncoding encoding);

struct DecodeOptions {
  /// False: white space and characters outside the alphabet are skipped (RFC 2045 6.8), missing padding is fine, and
  /// what follows the padding is ignored; broken quoted-printable escapes stay as they are.
  /// True: only white space may be skipped; anything else that breaks the format is an error.
  /// In both cases base64 that ends in the middle of a byte, and uuencode without end, are errors.
  bool strict = false;
};

struct EncodeOptions {
  std::size_t line_length = 76;        ///< base64: multiple of 4, up to 76; quoted-printable: up to 76
  std::string_view eol = "\r\n";       ///< "\r\n" or "\n"; must outlive the encoder
  bool final_eol = true;               ///< base64: end the last line, too
  std::string uuencode_name = "data";  ///< for the begin line; control characters are replaced
};

/// Decoder that writes into `target` (not owned). 7bit, 8bit and binary pass everything unchanged; Unknown fails with
/// mime.unknown-transfer-encoding at the first byte.
std::unique_ptr<Sink> make_decoder(TransferEncoding encoding, Sink& target, DecodeOptions options = {});

/// Encoder that writes into `target` (not owned). 7bit fails with mime.not-7bit for NUL and bytes above 127; 8bit and
/// binary pass everything; Unknown fails with mime.unknown-transfer-encoding. Quoted-printable is byte-exact: a line
/// break of the input stays one only if it equals `eol`, any other CR or LF is escaped.
std::unique_ptr<Sink> make_encoder(TransferEncoding encoding, Sink& target, const EncodeOptions& options = {});

/// Forwards write() and swallows finish(): for a target that goes on after this part. Does not own the target.
class KeepOpenSink final : public Sink {
 public:
  explicit KeepOpenSink(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override { return target_.write(bytes); }
  Result<> finish() override { return {}; }

 private:
  Sink& target_;
};

}  // namespace sealgate::mime
