// Whatever the bytes are: the MIME parsers end with an answer or one of their own errors, and the answer does not
// depend on how the bytes were cut into writes.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "mime/canonical.h"
#include "mime/entity_reader.h"
#include "mime/sniff.h"

namespace {

using namespace sealgate;
using namespace sealgate::mime;

[[noreturn]] void broken(const std::string& what, const std::string& whole, const std::string& split) {
  std::fprintf(stderr, "%s\n--- whole\n%s\n--- split\n%s\n", what.c_str(), whole.c_str(), split.c_str());
  std::abort();
}

/// Appends to a shared log; neighbouring writes of one sink look like one.
class LogSink final : public Sink {
 public:
  LogSink(std::string& log, std::string mark) : log_(log), mark_(std::move(mark)) {}
  Result<> write(ByteView bytes) override {
    content_ += as_text(bytes);
    return {};
  }
  Result<> finish() override {
    log_ += mark_ + std::to_string(content_.size()) + ':' + content_ + '\n';
    return {};
  }

 private:
  std::string& log_;
  std::string mark_;
  std::string content_;
};

class Recorder final : public EntityHandler {
 public:
  explicit Recorder(Byte choice) : choice_(choice) {}

  Result<Sink*> on_begin(const EntityInfo& entity) override {
    log += "begin " + entity.path + ' ' + std::to_string(entity.depth) + '\n';
    if (choice_ & 1) return nullptr;
    return keep("raw " + entity.path + ' ');
  }
  Result<BodyPlan> on_headers(const EntityInfo& entity, const HeaderBlock& block) override {
    const Headers& headers = block.headers;
    const ContentType type = headers.content_type();
    log += "headers " + entity.path + ' ' + type.to_string() + ' ' + headers.content_disposition().to_string() + ' ' +
           headers.file_name().value_or("-") + ' ' + headers.text("Subject").value_or("-") + '\n' +
           headers.serialise();
    for (const Mailbox& mailbox : headers.from().mailboxes) log += '<' + mailbox.address + '>';
    if (parse_content_type(type.to_string()).parameters.all().size() > type.parameters.all().size()) std::abort();
    if (type.is_multipart() || type.type == "message") return BodyPlan::descend();
    if (choice_ & 2) return BodyPlan::raw(*keep("body " + entity.path + ' '));
    DecodeOptions options;
    options.strict = (choice_ & 4) != 0;
    return BodyPlan::decoded(*keep("decoded " + entity.path + ' '),
                             headers.transfer_encoding().value_or(TransferEncoding::Binary), options);
  }
  Result<> on_end(const EntityInfo& entity, const EntityEnd& end) override {
    log += "end " + entity.path + (end.closed ? " closed " : " open ") + (end.cut_off ? "cut " : "- ") +
           std::to_string(end.parts) + '\n';
    return {};
  }

  std::string log;

 private:
  Sink* keep(std::string mark) {
    sinks_.push_back(std::make_unique<LogSink>(log, std::move(mark)));
    return sinks_.back().get();
  }
  Byte choice_;
  std::vector<std::unique_ptr<Sink>> sinks_;
};

/// The error's code, or everything the handler saw.
std::string read(ByteView data, Byte choice, std::size_t cut, std::size_t step) {
  Recorder recorder(choice);
  EntityReaderOptions options;
  options.limits.max_depth = 8;
  options.limits.max_parts = 50;
  options.limits.max_header_bytes = 4096;
  options.limits.max_header_fields = 100;
  options.root_header.skip_leading_blank_lines = (choice & 8) != 0;
  options.root_header.headerless_is_body = (choice & 16) == 0;
  EntityReader reader(recorder, options);
  const auto run = [&]() -> Result<> {
    SG_TRY(reader.write(data.first(cut)));
    for (std::size_t at = cut; at < data.size(); at += step)
      SG_TRY(reader.write(data.subspan(at, std::min(step, data.size() - at))));
    return reader.finish();
  };
  const auto result = run();
  if (result) return recorder.log;
  if (!result.error().code.id.starts_with("mime.")) std::abort();
  return "error " + std::string(result.error().code.id) + ' ' + result.error().where;
}

void check_coders(ByteView data, std::size_t cut) {
  for (const TransferEncoding encoding :
       {TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::Uuencode}) {
    BufferSink back;
    DecodeOptions strict;
    strict.strict = true;
    const auto decoder = make_decoder(encoding, back, strict);
    const auto encoder = make_encoder(encoding, *decoder);
    if (!encoder->write(data.first(cut)) || !encoder->write(data.subspan(cut)) || !encoder->finish() ||
        as_text(back.bytes()) != as_text(data)) {
      broken("round trip of " + std::string(transfer_encoding_name(encoding)), {}, {});
    }
  }
  BufferSink once;
  BufferSink twice;
  CrlfCanonicaliser second(twice);
  TeeSink tee(once, second);
  CrlfCanonicaliser first(tee);
  if (!first.write(data.first(cut)) || !first.write(data.subspan(cut)) || !first.finish() ||
      once.bytes() != twice.bytes()) {
    broken("canonical form is not stable", {}, {});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 3) return 0;
  const Byte choice = bytes[size - 1];
  const std::size_t wish = bytes[size - 2] + std::size_t{256} * bytes[size - 3];
  const ByteView data(bytes, size - 3);
  const std::size_t cut = data.empty() ? 0 : wish % (data.size() + 1);
  const std::size_t step = 1 + choice % 13;
  const std::string whole = read(data, choice, data.size(), 1);
  const std::string split = read(data, choice, cut, data.size() + 1);
  if (whole != split) broken("two writes differ from one", whole, split);
  const std::string pieces = read(data, choice, cut, step);
  if (whole != pieces) broken("many writes differ from one", whole, pieces);
  check_coders(data, cut);
  if (looks_like_mime(data, true) == Sniff::NeedMore) std::abort();
  has_mime_version(data);
  return 0;
}
