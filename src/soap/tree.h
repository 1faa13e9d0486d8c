#pragma once
// Documents as trees of libxml2: what SOAP and WS-Security need whole. For soap/ and its tests.

#include <libxml/tree.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "xml/tree_builder.h"

namespace sealgate::soap {

using xml::DocumentHandle;

struct TreeLimits {
  std::size_t bytes = std::size_t{4} * 1024 * 1024;  ///< of the document: soap.too-large
  std::size_t depth = 200;                           ///< elements inside each other: xml.too-deep
};

/// No DTD, no entities, no processing instructions (SOAP 1.1 section 3, SOAP 1.2 section 5), no network, in any of
/// the encodings that are read. The errors of xml/, soap.too-large, soap.bad-envelope.
Result<DocumentHandle> parse_tree(ByteView bytes, const TreeLimits& limits);

/// Empty for nullptr.
std::string_view text_of(const xmlChar* text);
std::string_view local_name(const xmlNode* node);
std::string_view namespace_of(const xmlNode* node);
bool is_element(const xmlNode* node, std::string_view uri, std::string_view local);

std::vector<xmlNodePtr> child_elements(const xmlNode* parent);
/// The first of that name; "not found" is nullptr.
xmlNodePtr find_child(const xmlNode* parent, std::string_view uri, std::string_view local);
/// True when there is text beside the elements that is more than blanks.
bool has_text(const xmlNode* parent);
/// The text directly in it, trimmed; empty when it holds anything but text.
std::string text_content(const xmlNode* node);
/// Absent when there is none. `uri` empty: without a namespace.
std::optional<std::string> attribute(const xmlNode* node, std::string_view uri, std::string_view local);

/// An element as a document of its own, UTF-8 without a declaration, with all namespaces that are in scope: values
/// may name them.
Result<std::string> standalone(xmlNodePtr node);
/// The whole document, UTF-8 without a declaration; nothing is added or laid out anew.
Result<std::string> serialise(xmlDocPtr document);

}  // namespace sealgate::soap
