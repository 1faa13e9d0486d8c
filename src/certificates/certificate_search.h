#pragma once
// Certificates as people look for them: by a part of a name, of a mail address or of a thumbprint in any form, and by
// when they expire. Stores file each certificate under search_text_of(), so that a few of very many are found without
// reading the others.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certificates/certificate.h"

namespace sealgate::certificates {

/// What a part is looked for in: the subject in both forms, the friendly name, mail addresses, both thumbprints in
/// hex; a line each, in lower case (ASCII).
std::string search_text_of(const Certificate& certificate, std::string_view friendly_name);

/// Every condition must hold; one that is left out holds always.
struct CertificateSearch {
  std::string part = {};  ///< any case; a thumbprint with or without spaces and colons
  std::optional<Time> expires_before = {};

  bool is_all() const { return part.empty() && !expires_before; }
  /// `part` in the forms it may have in a search text: one that it holds is enough. One or two, none when it is
  /// empty.
  std::vector<std::string> forms() const;
  bool matches(const Certificate& certificate, std::string_view friendly_name) const;
};

}  // namespace sealgate::certificates
