#include "adapters/http/mime_fields.h"

#include <algorithm>
#include <array>

#include "adapters/http/errors.h"
#include "base/text.h"

namespace sealgate::adapters::http {

namespace {

tl::unexpected<Error> bad_entity(std::string what) {
  return fail(kBadMimeEntity, std::move(what), "header block of the outbound message",
              "check the encoder of the send pipeline");
}

}  // namespace

bool is_mime_field(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kFields{
      "MIME-Version",        "Content-Type", "Content-Transfer-Encoding",
      "Content-Disposition", "Content-ID",   "Content-Description"};
  return std::any_of(kFields.begin(), kFields.end(), [&](std::string_view field) { return iequals(field, name); });
}

bool is_entity_type(std::string_view content_type) {
  const std::string type = net::media_type(content_type);
  return type.starts_with("multipart/") || type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime";
}

std::string make_entity_head(const net::HttpHeaders& headers) {
  std::string head;
  for (const net::HttpHeader& field : headers) {
    if (is_mime_field(field.name)) head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  return head.append("\r\n");
}

Result<> EntityHeadReader::write(ByteView bytes) {
  for (const char c : as_text(bytes)) {
    if (text_.size() == kMaxHead) return bad_entity("the header block is larger than 64 KiB");
    text_.push_back(c);
    if (c != '\n') continue;
    const std::string_view line = std::string_view(text_).substr(line_start_);
    line_start_ = text_.size();
    if (line == "\n" || line == "\r\n") {
      complete_ = true;
      return fail(kHeadComplete, "the header block is complete");
    }
  }
  return {};
}

Result<> EntityHeadReader::finish() {
  return bad_entity("the message ends inside of its header block");
}

Result<EntityHead> EntityHeadReader::head() const {
  std::vector<net::HttpHeader> fields;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (fields.empty()) return bad_entity("the header block starts with a folded line");
      fields.back().value.append(fields.back().value.empty() ? "" : " ").append(trim(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad_entity("a line of the header block has no name");
    fields.push_back({std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
  }
  EntityHead head;
  head.size = text_.size();
  for (net::HttpHeader& field : fields) {
    if (!is_mime_field(field.name)) continue;
    SG_TRY(net::check_header(field.name, field.value));
    head.fields.add(std::move(field.name), std::move(field.value));
  }
  return head;
}

Result<> SkippingSink::write(ByteView bytes) {
  const auto skip = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= skip;
  return target_.write(bytes.subspan(skip));
}

}  // namespace sealgate::adapters::http
