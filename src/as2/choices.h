#pragma once
// What an agreement may choose about checks of the content and the names of digests. Plain values, so that whoever
// configures them needs nothing else of this folder.

#include <optional>
#include <string_view>

namespace sealgate::as2 {

/// What a MIC is over. Only Exact is that of RFC 4130; none of the others says that other content was received.
enum class MicForm {
  Exact,
  Crlf,      ///< bare LF made CRLF
  Lf,        ///< CRLF made LF (messages up to 16 MiB)
  Stripped,  ///< CRLF, without the last line end
  Extended,  ///< CRLF, with the line end that belongs to the delimiter
  Payload,   ///< compressed before signing: the entity before compression
  Content,   ///< the document alone, without MIME header
  Wire       ///< the body of the request before anything was opened, alone or behind its Content-Type
};
std::string_view to_string(MicForm form);  ///< "exact", "crlf", ...
std::optional<MicForm> mic_form_of(std::string_view word);

/// Which digest the MIC of a signed message has. RFC 4130 section 7.4.3 wants that of the signature; many compare
/// with the first that they listed.
enum class MicChoice {
  SignatureIfListed,  ///< that of the signature when it is listed or nothing is; else the first that is listed
  Signature,
  FirstListed
};
std::string_view to_string(MicChoice choice);  ///< "signature-if-listed", "signature", "first-listed"

/// The names that digests are written with in micalg: "sha256" (most partners), or "sha-256" (RFC 5751).
enum class MicSpelling { Plain, Hyphen };
std::string_view to_string(MicSpelling spelling);  ///< "plain", "hyphen"

}  // namespace sealgate::as2
