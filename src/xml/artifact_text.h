#pragma once
// The text of an XSD or XSLT as it is kept: UTF-8 with line feeds, without byte order mark, XML declaration, and
// blanks at its ends; what it says stays.

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::xml {

/// Of a text that is UTF-8 whatever its declaration says, since it stood in a UTF-8 document.
std::string artifact_text(std::string_view text);

/// Of a file in its own encoding. xml.not-well-formed and the other errors of reading when it has to be converted and
/// cannot be.
Result<std::string> artifact_text_of_file(ByteView content);

}  // namespace sealgate::xml
