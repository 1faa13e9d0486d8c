#include "api/form.h"

#include "api/errors.h"
#include "api/schema.h"
#include "mime/header_parser.h"
#include "mime/multipart_splitter.h"

namespace sealgate::api {
namespace {

tl::unexpected<Error> bad(const std::string& what) {
  return fail(kBadBody, what, "body", "send it as browsers send forms (RFC 7578)");
}

class TextSink final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    text.append(as_text(bytes));
    return {};
  }
  Result<> finish() override { return {}; }
  std::string text;
};

class Collector final : public mime::MultipartHandler {
 public:
  Result<Sink*> begin_part(std::size_t) override {
    if (fields.size() == kMaxFormFields) return bad("the form has more than 120 fields");
    part_.text.clear();
    return &part_;
  }
  Result<> end_part(std::size_t, mime::PartEnd end) override {
    if (end == mime::PartEnd::EndOfInput) return bad("the form ends early");
    mime::HeaderParser parser{mime::Limits{}};
    const std::size_t whole = part_.text.size();
    std::size_t header = 0;
    while (!parser.done() && header < whole) {
      SG_TRY_ASSIGN(const std::size_t taken, parser.feed(as_bytes(part_.text).subspan(header)));
      if (taken == 0) break;
      header += taken;
    }
    if (!parser.done()) return bad("a field of the form has no header");
    const auto& headers = parser.block().headers;
    const auto disposition = headers.content_disposition();
    const auto name = disposition.parameters.find("name");
    if (!name || disposition.disposition != "form-data") return bad("a field of the form has no name");
    fields.push_back({std::string(*name), headers.file_name().value_or(""), part_.text.substr(header)});
    return {};
  }
  std::vector<FormField> fields;

 private:
  TextSink part_;
};

}  // namespace

Result<std::vector<FormField>> read_form(std::string_view body, std::string_view content_type) {
  const auto boundary = mime::parse_content_type(content_type).boundary();
  if (!boundary) return bad("the type of the form names no boundary");
  Collector collector;
  mime::MultipartSplitter splitter(*boundary, collector);
  const auto whole = [&]() -> Result<> {
    SG_TRY(splitter.write(as_bytes(body)));
    return splitter.finish();
  }();
  if (!whole) return whole.error().code == kBadBody ? fail(whole.error()) : bad(whole.error().what);
  if (!splitter.closed()) return bad("the form ends early");
  for (const FormField& field : collector.fields) {
    if (!is_utf8(field.name) || !is_utf8(field.file_name)) return bad("a name in the form is no UTF-8");
  }
  return std::move(collector.fields);
}

}  // namespace sealgate::api
