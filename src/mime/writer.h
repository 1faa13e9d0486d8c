#pragma once
// Writes entities: header, then body through a transfer encoder, or parts between delimiters. Nothing is buffered but
// a block of the encoder. No write_…() calls finish() of the target: the caller does when the message is complete.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/sink.h"
#include "mime/headers.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime {

/// Makes boundaries; the product's reads a random source, a test's counts.
using BoundaryGenerator = std::function<std::string()>;

/// "=_sealgate_" and hexadecimal digits of `random` (16 bytes or more are enough). "=_" cannot occur in base64 nor
/// quoted-printable (RFC 2045 6.7 hint), and the result needs no guess about the content.
std::string make_boundary(ByteView random);

/// Content types with a boundary: make_multipart_type("signed", boundary, {{"protocol", …}, {"micalg", …}}).
ContentType make_multipart_type(std::string_view subtype, std::string_view boundary,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> parameters = {});

/// The fields and the blank line.
Result<> write_header(Sink& target, const Headers& headers, std::string_view eol = "\r\n");

/// Writes header and blank line and gives the sink for the body; its finish() completes the encoding and does not
/// finish `target`, which must outlive it. `headers` must already state the same Content-Transfer-Encoding.
Result<std::unique_ptr<Sink>> write_entity(Sink& target, const Headers& headers, TransferEncoding encoding,
                                           const EncodeOptions& options = {});

/// The body of a multipart. One part at a time: begin, write into the sink, finish() the sink, next part; close().
/// Wrong order is mime.writer-misuse.
class MultipartWriter {
 public:
  /// `target` (not owned) has received the multipart's header and blank line.
  MultipartWriter(Sink& target, std::string boundary, std::string_view eol = "\r\n");
  ~MultipartWriter();
  MultipartWriter(const MultipartWriter&) = delete;
  MultipartWriter& operator=(const MultipartWriter&) = delete;

  /// Text before the first delimiter; before the first part only.
  Result<> preamble(std::string_view text);
  /// A part with this header; the sink takes the body and lives until the next call. Its finish() ends the part.
  Result<Sink*> begin_part(const Headers& headers, TransferEncoding encoding, EncodeOptions options = {});
  /// A part whose exact bytes, header included, are written to the sink: what was signed before or is signed on the
  /// way.
  Result<Sink*> begin_raw_part();
  /// The close delimiter and a line end.
  Result<> close();

 private:
  class PartSink;
  Result<> delimiter();

  Sink& target_;
  std::string boundary_;
  std::string eol_;
  std::unique_ptr<PartSink> part_;
  bool started_ = false;
  bool closed_ = false;
};

}  // namespace sealgate::mime
