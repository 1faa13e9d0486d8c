#include "mime/writer.h"

#include <algorithm>

#include "mime/errors.h"

namespace sealgate::mime {
namespace {

/// An encoder into a target that stays open; or the target itself for raw parts.
class BodySink final : public Sink {
 public:
  BodySink(Sink& target, TransferEncoding encoding, const EncodeOptions& options)
      : keep_open_(target), encoder_(make_encoder(encoding, keep_open_, options)) {}
  Result<> write(ByteView bytes) override { return encoder_->write(bytes); }
  Result<> finish() override { return encoder_->finish(); }

 private:
  KeepOpenSink keep_open_;
  std::unique_ptr<Sink> encoder_;
};

tl::unexpected<Error> misuse(std::string what) {
  return fail(kWriterMisuse, std::move(what), {}, "this is a defect of the program: report it");
}

}  // namespace

class MultipartWriter::PartSink final : public Sink {
 public:
  PartSink(Sink& target, TransferEncoding encoding, const EncodeOptions& options)
      : body_(target, encoding, options) {}
  Result<> write(ByteView bytes) override {
    if (finished_) return misuse("a part was written after its end");
    return body_.write(bytes);
  }
  Result<> finish() override {
    finished_ = true;
    return body_.finish();
  }
  bool finished() const { return finished_; }

 private:
  BodySink body_;
  bool finished_ = false;
};

std::string make_boundary(ByteView random) {
  return "=_sealgate_" + to_hex(random.first(std::min<std::size_t>(random.size(), 24)));
}

ContentType make_multipart_type(std::string_view subtype, std::string_view boundary,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> parameters) {
  ContentType type;
  type.type = "multipart";
  type.subtype = subtype;
  type.stated = true;
  for (const auto& [name, value] : parameters) type.parameters.set(name, value);
  type.parameters.set("boundary", boundary);
  return type;
}

Result<> write_header(Sink& target, const Headers& headers, std::string_view eol) {
  return target.write(as_bytes(headers.serialise(eol).append(eol)));
}

Result<std::unique_ptr<Sink>> write_entity(Sink& target, const Headers& headers, TransferEncoding encoding,
                                           const EncodeOptions& options) {
  SG_TRY(write_header(target, headers, options.eol));
  return std::make_unique<BodySink>(target, encoding, options);
}

MultipartWriter::MultipartWriter(Sink& target, std::string boundary, std::string_view eol)
    : target_(target), boundary_(std::move(boundary)), eol_(eol == "\n" ? "\n" : "\r\n") {}

MultipartWriter::~MultipartWriter() = default;

Result<> MultipartWriter::preamble(std::string_view text) {
  if (started_ || closed_) return misuse("a multipart preamble was written after a part");
  started_ = true;
  return target_.write(as_bytes(text));
}

Result<> MultipartWriter::delimiter() {
  if (closed_) return misuse("a part was begun after the close delimiter");
  if (part_ != nullptr && !part_->finished()) return misuse("a part was begun before the one before it ended");
  std::string text;
  text.reserve(2 * eol_.size() + 2 + boundary_.size());
  if (started_) text += eol_;
  text.append("--").append(boundary_).append(eol_);
  started_ = true;
  return target_.write(as_bytes(text));
}

Result<Sink*> MultipartWriter::begin_part(const Headers& headers, TransferEncoding encoding, EncodeOptions options) {
  SG_TRY(delimiter());
  SG_TRY(write_header(target_, headers, eol_));
  options.eol = eol_;
  options.final_eol = false;  // the delimiter brings its own line end
  part_ = std::make_unique<PartSink>(target_, encoding, options);
  return part_.get();
}

Result<Sink*> MultipartWriter::begin_raw_part() {
  SG_TRY(delimiter());
  part_ = std::make_unique<PartSink>(target_, TransferEncoding::Binary, EncodeOptions{});
  return part_.get();
}

Result<> MultipartWriter::close() {
  if (closed_) return misuse("a multipart was closed twice");
  if (part_ == nullptr) return misuse("a multipart was closed without a part");  // RFC 2046 5.1.1: at least one
  if (!part_->finished()) return misuse("a multipart was closed before its last part ended");
  closed_ = true;
  std::string text;
  text.reserve(2 * eol_.size() + 4 + boundary_.size());
  text.append(eol_).append("--").append(boundary_).append("--").append(eol_);
  return target_.write(as_bytes(text));
}

}  // namespace sealgate::mime
