#include "certificates/revocation_lists.h"

#include <algorithm>

#include "certificates/openssl_handles.h"

namespace sealgate::certificates {
namespace {

enum class Listing { Absent, Held, Revoked };

Listing look_up(const Certificate& certificate, const Crl& crl) {
  X509_REVOKED* entry = nullptr;
  // 1: named; 2: named as removeFromCRL. Compares the names of the issuers, too.
  if (X509_CRL_get0_by_cert(crl.native(), &entry, certificate.native()) != 1) return Listing::Absent;
  const std::unique_ptr<ASN1_ENUMERATED, Deleter<ASN1_ENUMERATED_free>> reason(
      static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  const bool held = reason && ASN1_ENUMERATED_get(reason.get()) == CRL_REASON_CERTIFICATE_HOLD;
  return held ? Listing::Held : Listing::Revoked;
}

}  // namespace

bool is_listed_as_revoked(const Certificate& certificate, std::span<const Crl> crls) {
  const ErrorQueueGuard guard;
  return std::ranges::any_of(crls, [&](const Crl& crl) {
    const Listing listing = look_up(certificate, crl);
    if (listing != Listing::Held) return listing == Listing::Revoked;
    return std::ranges::none_of(crls, [&](const Crl& other) {
      return other.this_update() > crl.this_update() && other.issuer_der() == crl.issuer_der() &&
             look_up(certificate, other) == Listing::Absent;
    });
  });
}

}  // namespace sealgate::certificates
