#include "xml/writer.h"

#include <iconv.h>

#include <cerrno>

#include "base/text.h"
#include "xml/encodings.h"
#include "xml/errors.h"

namespace sealgate::xml {
namespace {

std::size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i]));
  };
  switch (character.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3:
      return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
  }
}

}  // namespace

/// UTF-8 into another encoding.
class Writer::Encoder {
 public:
  explicit Encoder(const std::string& name) : converter_(iconv_open(name.c_str(), "UTF-8")) {}
  ~Encoder() {
    if (valid()) iconv_close(converter_);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  // iconv_open() says so with this pointer value.
  bool valid() const { return reinterpret_cast<std::intptr_t>(converter_) != -1; }

  /// Converts as much as it can and takes it off `text`: all of it, or up to a character that is not there.
  std::string convert(std::string_view& text) {
    std::string out(4 * text.size() + 8, '\0');
    char* from = const_cast<char*>(text.data());
    std::size_t left = text.size();
    char* to = out.data();
    std::size_t room = out.size();
    (void)iconv(converter_, &from, &left, &to, &room);
    text.remove_prefix(text.size() - left);
    out.resize(out.size() - room);
    return out;
  }

 private:
  iconv_t converter_;
};

Writer::Writer(Sink& target) : target_(target) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::create(const WriterOptions& options, Sink& target) {
  const std::string lower = ascii_lower(options.encoding);
  std::unique_ptr<Writer> writer(new Writer(target));
  const bool any_order = lower == "utf-16";
  if (lower != "utf-8" && lower != "utf8") {
    if (is_known_encoding(lower)) writer->encoder_ = std::make_unique<Encoder>(any_order ? "utf-16le" : lower);
    if (writer->encoder_ == nullptr || !writer->encoder_->valid()) {
      return fail(kUnknownEncoding, "there is no encoding of this name", {},
                  "use utf-8, utf-16, us-ascii, iso-8859-x or windows-125x");
    }
  }
  const bool unicode = lower.starts_with("utf");
  if (unicode && (options.byte_order_mark || any_order)) SG_TRY(writer->put("\xef\xbb\xbf"));
  if (options.declaration) {
    SG_TRY(writer->put("<?xml version=\"1.0\" encoding=\"" + options.encoding + "\"?>"));
  }
  return writer;
}

Result<> Writer::put(std::string_view text) {
  if (encoder_ == nullptr) {
    buffer_ += text;
  } else {
    buffer_ += encoder_->convert(text);
    if (!text.empty()) {
      return fail(kNotEncodable, "a name, comment or instruction has a character that the target encoding lacks", {},
                  "send this document in UTF-8");
    }
  }
  return buffer_.size() >= kStreamBufferSize ? flush() : Result<>();
}

Result<> Writer::flush() {
  SG_TRY(target_.write(as_bytes(buffer_)));
  buffer_.clear();
  return {};
}

Result<> Writer::close_tag() {
  if (!tag_open_) return {};
  tag_open_ = false;
  return put(">");
}

Result<> Writer::put_escaped(std::string_view text, bool attribute) {
  std::string clean;
  clean.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&':
        clean += "&amp;";
        break;
      case '<':
        clean += "&lt;";
        break;
      case '>':
        clean += "&gt;";
        break;
      case '\r':
        clean += "&#13;";
        break;
      case '"':
        clean += attribute ? "&quot;" : "\"";
        break;
      case '\n':
        clean += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        clean += attribute ? "&#9;" : "\t";
        break;
      default:
        clean += c;
    }
  }
  if (encoder_ == nullptr) return put(clean);
  std::string_view rest = clean;
  for (;;) {
    buffer_ += encoder_->convert(rest);
    if (rest.empty()) break;
    const std::string_view missing = rest.substr(0, character_length(rest.front()));
    rest.remove_prefix(missing.size());
    SG_TRY(put("&#" + std::to_string(code_point(missing)) + ";"));
  }
  return put({});
}

Result<> Writer::start_element(const StartElement& element) {
  SG_TRY(close_tag());
  SG_TRY(put("<" + element.name.qualified()));
  for (const NamespaceDeclaration& declared : element.namespaces) {
    SG_TRY(put(declared.prefix.empty() ? " xmlns=\"" : " xmlns:" + std::string(declared.prefix) + "=\""));
    SG_TRY(put_escaped(declared.uri, true));
    SG_TRY(put("\""));
  }
  for (const Attribute& attribute : element.attributes) {
    SG_TRY(put(" " + attribute.name.qualified() + "=\""));
    SG_TRY(put_escaped(attribute.value, true));
    SG_TRY(put("\""));
  }
  tag_open_ = true;
  return {};
}

Result<> Writer::end_element(const Name& name) {
  if (tag_open_) {
    tag_open_ = false;
    return put("/>");
  }
  return put("</" + name.qualified() + ">");
}

Result<> Writer::text(std::string_view text) {
  if (text.empty()) return {};
  SG_TRY(close_tag());
  return put_escaped(text, false);
}

Result<> Writer::comment(std::string_view text) {
  return raw("<!--" + std::string(text) + "-->");
}

Result<> Writer::processing_instruction(std::string_view target, std::string_view data) {
  return raw("<?" + std::string(target) + (data.empty() ? "" : " ") + std::string(data) + "?>");
}

Result<> Writer::raw(std::string_view markup) {
  SG_TRY(close_tag());
  return put(markup);
}

}  // namespace sealgate::xml
