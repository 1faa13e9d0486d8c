#include "soap/envelope.h"

#include <algorithm>

#include "base/sink.h"
#include "soap/errors.h"
#include "xml/errors.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace sealgate::soap {
namespace {

constexpr std::string_view kNext11 = "http://schemas.xmlsoap.org/soap/actor/next";
constexpr std::string_view kNext12 = "http://www.w3.org/2003/05/soap-envelope/role/next";
constexpr std::string_view kUltimate12 = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadEnvelope, std::move(what), "SOAP envelope", "ask the sender to correct the message");
}

bool is_true(const std::optional<std::string>& value) {
  return value && (*value == "1" || *value == "true");
}

/// Whose it is: an attribute that is missing or empty names the ultimate receiver, which is us.
bool targets_us(Version version, const xmlNode* block) {
  const auto role = attribute(block, namespace_of(version), version == Version::Soap11 ? "actor" : "role");
  if (!role || role->empty()) return true;
  return version == Version::Soap11 ? *role == kNext11 : *role == kNext12 || *role == kUltimate12;
}

/// Passes on the root element with what is in it.
class RootOnly final : public xml::Handler {
 public:
  explicit RootOnly(xml::Writer& writer) : writer_(writer) {}
  Result<> start_element(const xml::StartElement& element) override {
    if (++depth_ == 1) {
      root_.root_uri = element.name.uri;
      root_.root_local = element.name.local;
    }
    return writer_.start_element(element);
  }
  Result<> end_element(const xml::Name& name) override {
    --depth_;
    return writer_.end_element(name);
  }
  Result<> text(std::string_view text) override { return depth_ > 0 ? writer_.text(text) : Result<>(); }
  Result<> comment(std::string_view text) override { return depth_ > 0 ? writer_.comment(text) : Result<>(); }
  Result<> processing_instruction(std::string_view, std::string_view) override {
    if (depth_ == 0) return {};  // of a style sheet, for example: it belongs to the file, not to the document
    return fail(kNotXml, "the document holds a processing instruction, which SOAP forbids", {},
                "remove it, by a map of the send port for example");
  }
  Embedded take_root() { return std::move(root_); }

 private:
  xml::Writer& writer_;
  Embedded root_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string HeaderBlock::name() const {
  return uri().empty() ? std::string(local()) : std::string(uri()) + "#" + std::string(local());
}

Result<Envelope> Envelope::parse(ByteView bytes, const TreeLimits& limits) {
  SG_TRY_ASSIGN(auto document, parse_tree(bytes, limits));
  Envelope envelope(std::move(document));
  SG_TRY(envelope.check());
  return envelope;
}

Result<> Envelope::check() {
  const xmlNode* top = root();
  if (top == nullptr || local_name(top) != "Envelope") {
    return fail(kNotAnEnvelope, "the message is XML, but no SOAP envelope", {},
                "send SOAP here, or receive by an HTTP location");
  }
  if (namespace_of(top) == kSoap11) {
    version_ = Version::Soap11;
  } else if (namespace_of(top) == kSoap12) {
    version_ = Version::Soap12;
  } else {
    return fail(kVersionMismatch, "the envelope is of a version of SOAP that is not known", {},
                "send SOAP 1.1 or 1.2");
  }
  const std::string_view own = namespace_of(version_);
  const auto children = child_elements(top);
  const bool with_header = !children.empty() && is_element(children.front(), own, "Header");
  const std::size_t body_at = with_header ? 1 : 0;
  if (has_text(top)) return bad("there is text in the Envelope");
  if (children.size() != body_at + 1 || !is_element(children[body_at], own, "Body")) {
    return bad("an Envelope holds a Header, if any, a Body, and nothing else");
  }
  if (!with_header) return {};
  if (has_text(children.front())) return bad("there is text in the Header");
  const auto blocks = child_elements(children.front());
  if (blocks.size() > kMaximumHeaderBlocks) {
    return fail(kHeadersTooLarge, "there are more than " + std::to_string(kMaximumHeaderBlocks) + " header blocks");
  }
  for (const xmlNodePtr block : blocks) {
    if (namespace_of(block).empty()) return bad("a header block has no namespace");
    const auto must = attribute(block, own, "mustUnderstand");
    const bool boolean = !must || *must == "0" || *must == "1" || *must == "true" || *must == "false";
    if (!boolean) return bad("mustUnderstand has a value that is none of 0, 1, true, false");
  }
  return {};
}

xmlNodePtr Envelope::header() const {
  return find_child(root(), namespace_of(version_), "Header");
}

xmlNodePtr Envelope::body() const {
  return find_child(root(), namespace_of(version_), "Body");
}

std::vector<HeaderBlock> Envelope::headers() const {
  std::vector<HeaderBlock> blocks;
  for (const xmlNodePtr node : child_elements(header())) {
    blocks.push_back(
        {node, targets_us(version_, node), is_true(attribute(node, namespace_of(version_), "mustUnderstand"))});
  }
  return blocks;
}

std::vector<HeaderBlock> Envelope::not_understood(const std::vector<std::string>& understood) const {
  auto blocks = headers();
  std::erase_if(blocks, [&](const HeaderBlock& block) {
    if (!block.for_us || !block.must_understand) return true;
    const std::string any = std::string(block.uri()) + "#*";
    return std::ranges::find(understood, block.name()) != understood.end() ||
           std::ranges::find(understood, any) != understood.end();
  });
  return blocks;
}

Result<xmlNodePtr> Envelope::body_element() const {
  const auto children = child_elements(body());
  if (children.size() > 1 || has_text(body())) {
    return fail(kBodyNotOne, "the Body holds more than one element, or text", "SOAP envelope",
                "send one document in each message (document/literal)");
  }
  return children.empty() ? nullptr : children.front();
}

void Envelope::retire(xmlNodePtr node) {
  xmlUnlinkNode(node);
  retired_.emplace_back(node);
}

std::string write_envelope(Version version, const std::vector<std::string>& headers, std::string_view body) {
  std::string text = "<soap:Envelope xmlns:soap=\"" + std::string(namespace_of(version)) + "\">";
  if (!headers.empty()) {
    text += "<soap:Header>";
    for (const std::string& block : headers) text += block;
    text += "</soap:Header>";
  }
  text.append("<soap:Body>").append(body).append("</soap:Body></soap:Envelope>");
  return text;
}

Result<Embedded> embeddable(ByteView document, const TreeLimits& limits) {
  if (document.size() > limits.bytes) {
    return fail(kTooLarge,
                "the document is larger than the " + std::to_string(limits.bytes) + " bytes of a SOAP message", {},
                "raise maximum_body of the location or port, or send it by HTTP");
  }
  // A character may become a reference of up to ten bytes; UTF-8 needs at most three for one of UTF-16 or Latin-1.
  BufferSink target(limits.bytes * 4 + 1024);
  xml::WriterOptions form;
  form.declaration = false;
  SG_TRY_ASSIGN(auto writer, xml::Writer::create(form, target));
  RootOnly root(*writer);
  xml::ReaderOptions options;
  options.limits.total = limits.bytes;
  options.limits.depth = limits.depth;
  xml::Reader reader(options, root);
  auto read = reader.write(document);
  if (read) read = reader.finish();
  if (read) read = writer->flush();
  if (!read && read.error().code == xml::kNotWellFormed) {
    return fail(kNotXml, "what is to be sent by SOAP is no XML document: " + read.error().what, read.error().where,
                "SOAP carries XML only; take S/MIME out of the pipeline of this port, or send by HTTP");
  }
  if (!read) return fail(std::move(read).error());
  Embedded made = root.take_root();
  made.text = as_text(target.bytes());
  return made;
}

}  // namespace sealgate::soap
