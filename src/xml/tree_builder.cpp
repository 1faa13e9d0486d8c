#include "xml/tree_builder.h"

#include "xml/convert.h"
#include "xml/errors.h"
#include "xml/library.h"

namespace sealgate::xml {
namespace {

tl::unexpected<Error> out_of_memory() {
  return fail(kOutOfMemory, "no memory for the document");
}

const xmlChar* chars(std::string_view text) {
  return reinterpret_cast<const xmlChar*>(text.data());
}

}  // namespace

TreeBuilder::TreeBuilder() {
  use_library();
  document_.reset(xmlNewDoc(chars("1.0")));
}

Result<> TreeBuilder::add(xmlNodePtr node) {
  if (node == nullptr || document_ == nullptr) return out_of_memory();
  xmlNodePtr parent = parent_ != nullptr ? parent_ : reinterpret_cast<xmlNodePtr>(document_.get());
  if (xmlAddChild(parent, node) == nullptr) {
    xmlFreeNode(node);
    return out_of_memory();
  }
  return {};
}

Result<> TreeBuilder::close_text() {
  if (text_.empty()) return {};
  SG_TRY(add(xmlNewDocTextLen(document_.get(), chars(text_), static_cast<int>(text_.size()))));
  text_.clear();
  return {};
}

Result<> TreeBuilder::start_element(const StartElement& element) {
  SG_TRY(close_text());
  xmlNodePtr node = xmlNewDocNode(document_.get(), nullptr, pointer(element.name.local), nullptr);
  SG_TRY(add(node));
  parent_ = node;
  for (const NamespaceDeclaration& declared : element.namespaces) {
    if (xmlNewNs(node, declared.uri.empty() ? chars("") : pointer(declared.uri), pointer(declared.prefix)) ==
        nullptr) {
      return out_of_memory();
    }
  }
  if (!element.name.uri.empty()) xmlSetNs(node, xmlSearchNs(document_.get(), node, pointer(element.name.prefix)));
  for (const Attribute& attribute : element.attributes) {
    xmlNsPtr name_space =
        attribute.name.prefix.empty() ? nullptr : xmlSearchNs(document_.get(), node, pointer(attribute.name.prefix));
    const std::string value(attribute.value);  // ends with a zero byte, which the view does not
    if (xmlNewNsProp(node, name_space, pointer(attribute.name.local), chars(value)) == nullptr) {
      return out_of_memory();
    }
  }
  return {};
}

Result<> TreeBuilder::end_element(const Name& /*name*/) {
  SG_TRY(close_text());
  parent_ = parent_->parent->type == XML_ELEMENT_NODE ? parent_->parent : nullptr;
  return {};
}

Result<> TreeBuilder::text(std::string_view text) {
  if (parent_ != nullptr) text_ += text;
  return {};
}

Result<> TreeBuilder::comment(std::string_view text) {
  SG_TRY(close_text());
  return add(xmlNewDocComment(document_.get(), chars(std::string(text))));
}

Result<> TreeBuilder::processing_instruction(std::string_view target, std::string_view data) {
  SG_TRY(close_text());
  return add(xmlNewDocPI(document_.get(), chars(std::string(target)), chars(std::string(data))));
}

}  // namespace sealgate::xml
