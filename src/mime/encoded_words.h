#pragma once
// RFC 2047 encoded words: =?charset?B|Q?text?=.

#include <string>
#include <string_view>

namespace sealgate::mime {

/// Replaces every encoded word by its text in UTF-8; blanks between two encoded words disappear. What is not a valid
/// encoded word, or has an unknown charset, stays as it is. Control characters stay too: this is for showing and
/// comparing, not for writing into headers.
std::string decode_words(std::string_view text);

/// For unstructured fields: printable ASCII without "=?" stays, everything else becomes UTF-8 encoded words (B), each
/// at most 75 characters (RFC 2047 section 2), separated by one blank and cut between characters.
std::string encode_words(std::string_view utf8);

}  // namespace sealgate::mime
