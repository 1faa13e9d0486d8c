#pragma once
// Where an authority publishes what belongs to its certificates (RFC 5280 sections 4.2.1.13, 4.2.1.15, 4.2.2.1): only
// http and https addresses, in their order, without duplicates. Whoever made the certificate chose them: they are
// addresses to be judged, not to be trusted.

#include <cstddef>
#include <string>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::certificates {

/// At most so many of each kind are looked at, and none that is longer.
inline constexpr std::size_t kMaxAccessPoints = 8;
inline constexpr std::size_t kMaxAccessPointLength = 2000;

struct AccessPoints {
  std::vector<std::string> lists = {};       ///< complete revocation lists
  std::vector<std::string> deltas = {};      ///< delta lists (freshest CRL)
  std::vector<std::string> responders = {};  ///< OCSP
  std::vector<std::string> issuers = {};     ///< certificates of the issuer
};

AccessPoints access_points(const Certificate& certificate);
/// Of a complete list: where its deltas are (RFC 5280 section 5.2.6). Only `deltas` is filled.
AccessPoints access_points(const Crl& list);

}  // namespace sealgate::certificates
