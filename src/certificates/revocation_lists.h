#pragma once
// Whether revocation lists name a certificate, apart from any path: for what must not be used although nobody can say
// whose list to trust.

#include <span>

#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::certificates {

/// True when a list of the certificate's issuer (told by its name; indirect lists, too) names it. Neither the
/// signature of the list nor its age is looked at: a revocation is for good (RFC 5280 section 5.3.1), except for
/// certificateHold, which a later list of the same issuer may take back.
bool is_listed_as_revoked(const Certificate& certificate, std::span<const Crl> crls);

/// True when the key of `issuer` signed the list. Names and usages are not looked at.
bool is_signed_by(const Crl& list, const Certificate& issuer);

/// True when `newer` takes the place of `older`: of the same issuer and key, for the same scope (RFC 5280 section
/// 5.2.5), both complete or both deltas, and issued later: by their dates, or by their numbers where the dates are
/// the same. Of two equal lists neither does.
bool supersedes(const Crl& newer, const Crl& older);

}  // namespace sealgate::certificates
