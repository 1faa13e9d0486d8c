#pragma once
// MIME around what is sealed: each envelope is a sink that writes its header to `out` on the first byte, and whose
// finish() completes it and finishes `out`.

#include <memory>

#include "base/sink.h"
#include "cms/writer.h"
#include "mime/headers.h"
#include "mime/transfer_encoding.h"

namespace sealgate::smime::detail {

/// Header, blank line, encoded body. With `canonical`, line ends of the body become CRLF.
std::unique_ptr<Sink> make_entity(mime::Headers headers, mime::TransferEncoding encoding, bool canonical, Sink& out);

/// multipart/signed around one entity that is written to it, header included (RFC 8551 section 3.5.3). `headers` go
/// in front of the multipart's own. The signature is made when the entity has ended. `old_micalg`: "sha256" in place
/// of "sha-256". `listener`, unless null, also gets the signature in DER, and finish().
Result<std::unique_ptr<Sink>> make_clear_signed(mime::Headers headers, cms::SignedDataOptions options,
                                                bool old_micalg, Sink* listener, Sink& out);

/// application/pkcs7-mime (RFC 8551 section 3.2): the header of a CMS layer with this smime-type.
Result<mime::Headers> pkcs7_mime_header(mime::Headers before, std::string_view smime_type,
                                        mime::TransferEncoding encoding);

}  // namespace sealgate::smime::detail
