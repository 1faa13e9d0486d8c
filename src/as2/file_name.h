#pragma once
// The name a document had at the sender (file name preservation, RFC 2183 and RFC 6266). It is the partner's text:
// nothing of it may choose a folder, hide a file, or end a line.

#include <string>
#include <string_view>

#include "mime/headers.h"

namespace sealgate::as2 {

/// Of a part, or of the HTTP header: Content-Disposition filename or name, Content-Type name, in all encodings that
/// mime::Headers::file_name() reads, made safe. Empty when there is none, and for the names that S/MIME gives to its
/// own layers (smime.p7m).
std::string preserved_file_name(const mime::Headers& headers);

/// The last component of a path of any system, without control characters, without dots at its beginning and blanks
/// or dots at its end, at most 200 bytes of whole UTF-8 characters. Empty when nothing is left.
std::string safe_file_name(std::string_view name);

}  // namespace sealgate::as2
