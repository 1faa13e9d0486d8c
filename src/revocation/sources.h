#pragma once
// Where lists come from: what the group names, and what the certificates in use name as their distribution points.

#include <span>
#include <string>
#include <vector>

#include "artifacts/certificate_settings.h"
#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::revocation {

enum class SourceKind { Address, Folder };

struct Source {
  std::string address = {};  ///< http(s) URL, or the path of a folder; the key of a source
  SourceKind kind = SourceKind::Address;
  bool configured = false;  ///< by the group; else it stands in a certificate or a list
  friend bool operator==(const Source&, const Source&) = default;
};

/// More than these are not followed; the group's own come first.
inline constexpr std::size_t kMaxSources = 2'000;

/// In the order: the group's, then those of `certificates` and the delta lists of `lists`; each once.
std::vector<Source> sources_of(const artifacts::RevocationSettings& settings,
                               std::span<const certificates::Certificate> certificates,
                               std::span<const certificates::Crl> lists);

/// A folder begins with "/".
SourceKind kind_of_source(const std::string& address);

}  // namespace sealgate::revocation
