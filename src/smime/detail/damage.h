#pragma once
// Damage to a header that came out of CBC decryption.
//
// CBC proves nothing: a changed bit of the ciphertext turns sixteen octets of the plaintext into noise and changes
// one bit of the next sixteen. When a signature lies inside, it notices, unless the change hits the MIME header
// around it and makes the signed layer look like something else. These checks find such headers; they cannot find
// damage to a text that nobody signed.

#include "mime/headers.h"

namespace sealgate::smime::detail {

/// Control characters, or no UTF-8.
bool is_noise(std::string_view text);

/// A header field that says something about the content stands in the first header-like lines: what tells MIME from
/// text that happens to begin "Dear Sir: ...".
bool has_content_header(ByteView prefix);

/// Not MIME, but nearly: noise or the words of a content type in the first line, and a content header behind it.
bool looks_like_damaged_header(ByteView prefix);

/// Noise, lines that are no fields, content fields without Content-Type, or a type whose parameters belong to
/// another. `type` is that of the header.
bool is_damaged(const mime::HeaderBlock& block, const mime::ContentType& type);

}  // namespace sealgate::smime::detail
