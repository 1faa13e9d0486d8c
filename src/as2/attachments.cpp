#include "as2/attachments.h"

#include "as2/file_name.h"
#include "mime/errors.h"

namespace sealgate::as2 {

AttachmentsWriter::AttachmentsWriter(Sink& target, ByteView random)
    : target_(target), boundary_(mime::make_boundary(random)) {}

Result<Sink*> AttachmentsWriter::begin(const Attachment& attachment) {
  mime::Headers headers;
  SG_TRY(headers.add("Content-Type", attachment.content_type));
  SG_TRY(headers.add("Content-Transfer-Encoding", "binary"));
  if (!attachment.content_id.empty()) SG_TRY(headers.add("Content-ID", '<' + attachment.content_id + '>'));
  if (const std::string name = safe_file_name(attachment.file_name); !name.empty()) {
    mime::ContentDisposition disposition;
    disposition.disposition = "attachment";
    disposition.parameters.set("filename", name);
    SG_TRY(headers.add("Content-Disposition", disposition.to_string()));
  }
  if (!writer_) {
    const std::string type = mime::parse_content_type(attachment.content_type).media_type();
    mime::Headers whole;
    SG_TRY(whole.add("Content-Type", mime::make_multipart_type("related", boundary_, {{"type", type}}).to_string()));
    SG_TRY(mime::write_header(target_, whole));
    writer_.emplace(target_, boundary_);
  }
  return writer_->begin_part(headers, mime::TransferEncoding::Binary);
}

Result<> AttachmentsWriter::close() {
  if (!writer_) return fail(mime::kWriterMisuse, "a message of several documents has none", {}, "add a document");
  SG_TRY(writer_->close());
  return target_.finish();
}

}  // namespace sealgate::as2
