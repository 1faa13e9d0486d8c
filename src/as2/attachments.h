#pragma once
// Several documents in one message (RFC 6362): multipart/related, each part with the name of its file, binary. Goes
// into a MessageWriter whose seal.payload_is_entity is set. Reading them needs nothing: they are parts of the
// message.

#include <memory>
#include <optional>
#include <string>

#include "base/sink.h"
#include "mime/writer.h"

namespace sealgate::as2 {

struct Attachment {
  std::string content_type = "application/octet-stream";
  std::string file_name;   ///< made safe; empty: none
  std::string content_id;  ///< without angle brackets; empty: none
};

class AttachmentsWriter {
 public:
  /// `target` outlives the writer. `random`: 16 bytes or more, for the boundary.
  AttachmentsWriter(Sink& target, ByteView random);

  /// The next document; the first one is the main one, whose type the multipart names. The sink takes its content,
  /// and is finished before the next call. Fails with mime.bad-header-value.
  Result<Sink*> begin(const Attachment& attachment);
  /// After the last one; finishes `target`. Fails with mime.writer-misuse when there was none.
  Result<> close();

 private:
  Sink& target_;
  std::string boundary_;
  std::optional<mime::MultipartWriter> writer_;
};

}  // namespace sealgate::as2
