#include "soap/tree.h"

#include <libxml/xmlsave.h>

#include <optional>

#include "base/text.h"
#include "soap/errors.h"
#include "xml/errors.h"
#include "xml/reader.h"

namespace sealgate::soap {
namespace {

/// Builds the tree, and refuses what SOAP forbids.
class StrictBuilder final : public xml::Handler {
 public:
  Result<> start_element(const xml::StartElement& element) override { return tree_.start_element(element); }
  Result<> end_element(const xml::Name& name) override { return tree_.end_element(name); }
  Result<> text(std::string_view text) override { return tree_.text(text); }
  Result<> comment(std::string_view text) override { return tree_.comment(text); }
  Result<> processing_instruction(std::string_view, std::string_view) override {
    return fail(kBadEnvelope, "a SOAP message must not hold processing instructions", {},
                "ask the sender to leave them out");
  }
  DocumentHandle take() { return tree_.take(); }

 private:
  xml::TreeBuilder tree_;
};

struct BufferDeleter {
  void operator()(xmlBuffer* buffer) const { xmlBufferFree(buffer); }
};
struct XmlDeleter {
  void operator()(void* block) const { xmlFree(block); }
};

tl::unexpected<Error> out_of_memory() {
  return fail(xml::kOutOfMemory, "no memory for the document");
}

bool declares(const xmlNode* node, const xmlChar* prefix) {
  for (const xmlNs* declared = node->nsDef; declared != nullptr; declared = declared->next) {
    if (xmlStrEqual(declared->prefix, prefix) != 0) return true;
  }
  return false;
}

const xmlChar* chars(const char* text) {
  return reinterpret_cast<const xmlChar*>(text);
}

}  // namespace

Result<DocumentHandle> parse_tree(ByteView bytes, const TreeLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return fail(kTooLarge, "the SOAP message is larger than " + std::to_string(limits.bytes) + " bytes", {},
                "raise maximum_body of the location or port, or send large content outside of SOAP");
  }
  StrictBuilder builder;
  xml::ReaderOptions options;
  options.limits.total = limits.bytes;
  options.limits.depth = limits.depth;
  xml::Reader reader(options, builder);
  SG_TRY(reader.write(bytes));
  SG_TRY(reader.finish());
  return builder.take();
}

std::string_view text_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::string_view local_name(const xmlNode* node) {
  return text_of(node->name);
}

std::string_view namespace_of(const xmlNode* node) {
  return node->ns == nullptr ? std::string_view() : text_of(node->ns->href);
}

bool is_element(const xmlNode* node, std::string_view uri, std::string_view local) {
  return node != nullptr && node->type == XML_ELEMENT_NODE && local_name(node) == local && namespace_of(node) == uri;
}

std::vector<xmlNodePtr> child_elements(const xmlNode* parent) {
  std::vector<xmlNodePtr> found;
  if (parent == nullptr) return found;
  for (xmlNodePtr child = parent->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) found.push_back(child);
  }
  return found;
}

xmlNodePtr find_child(const xmlNode* parent, std::string_view uri, std::string_view local) {
  for (xmlNodePtr child = parent == nullptr ? nullptr : parent->children; child != nullptr; child = child->next) {
    if (is_element(child, uri, local)) return child;
  }
  return nullptr;
}

bool has_text(const xmlNode* parent) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE && !trim(text_of(child->content)).empty()) return true;
  }
  return false;
}

std::string text_content(const xmlNode* node) {
  std::string text;
  if (node == nullptr) return text;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    // A comment in the middle must not make two readers see two values.
    if (child->type != XML_TEXT_NODE) return {};
    text += text_of(child->content);
  }
  return std::string(trim(text));
}

std::optional<std::string> attribute(const xmlNode* node, std::string_view uri, std::string_view local) {
  for (const xmlAttr* at = node->properties; at != nullptr; at = at->next) {
    const std::string_view space = at->ns == nullptr ? std::string_view() : text_of(at->ns->href);
    if (text_of(at->name) != local || space != uri) continue;
    std::string value;
    for (const xmlNode* part = at->children; part != nullptr; part = part->next) value += text_of(part->content);
    return value;
  }
  return std::nullopt;
}

Result<std::string> serialise(xmlDocPtr document) {
  std::unique_ptr<xmlBuffer, BufferDeleter> buffer(xmlBufferCreate());
  if (buffer == nullptr) return out_of_memory();
  xmlSaveCtxtPtr save = xmlSaveToBuffer(buffer.get(), "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_AS_XML);
  if (save == nullptr) return out_of_memory();
  const bool written = xmlSaveTree(save, xmlDocGetRootElement(document)) >= 0;
  const bool closed = xmlSaveClose(save) >= 0;
  if (!written || !closed) return out_of_memory();
  return std::string(text_of(xmlBufferContent(buffer.get())));
}

Result<std::string> standalone(xmlNodePtr node) {
  const DocumentHandle copy(xmlNewDoc(chars("1.0")));
  if (copy == nullptr) return out_of_memory();
  xmlNodePtr root = xmlDocCopyNode(node, copy.get(), 1);
  if (root == nullptr) return out_of_memory();
  xmlDocSetRootElement(copy.get(), root);
  const std::unique_ptr<xmlNsPtr, XmlDeleter> in_scope(xmlGetNsList(node->doc, node));
  for (xmlNsPtr* at = in_scope.get(); at != nullptr && *at != nullptr; ++at) {
    const bool none = text_of((*at)->href).empty() || text_of((*at)->prefix) == "xml";
    if (none || declares(root, (*at)->prefix)) continue;
    if (xmlNewNs(root, (*at)->href, (*at)->prefix) == nullptr) return out_of_memory();
  }
  return serialise(copy.get());
}

}  // namespace sealgate::soap
