#pragma once
// Whether revocation lists name a certificate, apart from any path: for what must not be used although nobody can say
// whose list to trust.

#include <span>

#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::certificates {

/// True when a list of the certificate's issuer (told by its name; indirect lists, too) names it. Neither the
/// signature of the list nor its age is looked at: a revocation is for good (RFC 5280 section 5.3.1), except for
/// certificateHold, which a later list of the same issuer takes back: a complete one by no longer naming it, a delta
/// by saying so (removeFromCRL).
bool is_listed_as_revoked(const Certificate& certificate, std::span<const Crl> crls);

/// True when the key of `issuer` signed the list. Names and usages are not looked at.
bool is_signed_by(const Crl& list, const Certificate& issuer);

/// Of a delta: the number of the complete list that it adds to, as Crl::number(). Else empty.
std::string base_number(const Crl& list);

/// True when `newer` takes the place of `older`: of the same issuer and key, for the same scope (RFC 5280 section
/// 5.2.5), both complete or both deltas, and issued later: by their dates, or by their numbers where the dates are
/// the same. Of two equal lists neither does. A delta that begins later than the older one does so only when a
/// complete list of `all` reaches up to its beginning: else what was revoked in between would be in neither.
bool supersedes(const Crl& newer, const Crl& older, std::span<const Crl> all = {});

}  // namespace sealgate::certificates
