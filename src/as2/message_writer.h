#pragma once
// A message as it goes out: the AS2 header fields, and the body with its layers (RFC 4130 section 5: signed, then
// compressed, then encrypted; RFC 5402: or compressed before it is signed), binary as HTTP allows. The MICs by which
// the partner's receipt will be judged are computed on the way.

#include <memory>
#include <string>

#include "as2/message_headers.h"
#include "as2/sent_mics.h"
#include "smime/encoder.h"

namespace sealgate::as2 {

struct OutgoingMessage {
  MessageHeaders headers;  ///< version and date ready to be written; file_name: goes into the part's own header
  /// Which layers, by whose certificates; content type. All encodings are binary unless part_encoding says otherwise;
  /// wire_encoding, file_name, outer_headers, payload_octets and keep_line_ends are set here.
  smime::EncodeOptions seal;
  bool tolerant_mics = true;  ///< also the MICs of partners with known mistakes
};

class MessageWriter final : public Sink {
 public:
  /// `body` gets the body of the request and finish(); it outlives the writer. Fails as smime::Encoder::create() and
  /// write_message_headers() do, before anything is written.
  static Result<std::unique_ptr<MessageWriter>> create(OutgoingMessage message, Sink& body);
  ~MessageWriter() override;

  /// The document, or with seal.payload_is_entity an entity (attachments.h).
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

  /// All header fields of the request, each on one line, but those of HTTP itself. Complete before `body` gets its
  /// first byte; from the start, unless an entity is sent without any layer.
  const mime::Headers& headers() const;
  /// After finish(). To be kept before the first byte is sent.
  SentMics mics() const;

 private:
  class Impl;
  explicit MessageWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::as2
