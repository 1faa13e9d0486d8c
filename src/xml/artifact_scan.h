#pragma once
// Reads an XSD or XSLT once with our own reader before libxml2 sees it as a whole: well-formed, within limits, no
// DTD.

#include <functional>
#include <string_view>

#include "xml/events.h"

namespace sealgate::xml {

/// `depth`: 1 for the root element.
using ElementVisitor = std::function<Result<>(const StartElement& element, std::size_t depth)>;

/// The value of an attribute without namespace; empty when there is none.
std::string_view attribute_of(const StartElement& element, std::string_view local);

/// Calls `visit` for each element. Its errors, and faults of the text under `code`, come with the line.
Result<> scan_artifact(std::string_view text, const ErrorCode& code, const ElementVisitor& visit);

}  // namespace sealgate::xml
