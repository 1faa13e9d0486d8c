#pragma once
// Whether a certificate that is assigned may be used now: it lies where it must, its key opens, it is valid, meant
// for this use, neither distrusted nor revoked. Each reason has a code of its own, and each error names the port, the
// party, the store and the thumbprint. Nothing is ever used, or left out, because a check failed.

#include "artifacts/artifacts.h"
#include "certificates/usage.h"
#include "messaging/tracking.h"
#include "pipeline/certificate_view.h"

namespace sealgate::pipeline {

/// One use of certificates, as errors name it.
struct CertificateUse {
  certificates::Usage usage = certificates::Usage::Sign;
  std::string place = {};    ///< "send port Orders"
  std::string party = {};    ///< at the other end; may be empty
  std::string account = {};  ///< whose Personal store; empty: OtherPeople
  artifacts::RevocationPolicy revocation = artifacts::RevocationPolicy::Off;
  certificates::StatusFetcher* online = nullptr;  ///< of the message; null: nobody is asked
  /// One that has expired still counts; each use leaves a warning and evidence ("certificate.expired").
  bool allow_expired = false;
};

/// "send port Orders, party Contoso, OtherPeople store, certificate 1E2F …".
std::string where(const CertificateUse& use, const Thumbprint& thumbprint);

/// Own certificate with its private key, from the Personal store of the account.
/// pipeline.certificate-missing, pipeline.certificate-of-other-account, pipeline.certificate-in-wrong-store,
/// pipeline.private-key-unusable. Lives as long as the view.
Result<const OwnCertificate*> find_own(const CertificateView& view, const CertificateUse& use,
                                       const Thumbprint& thumbprint);
/// A partner's, from OtherPeople. pipeline.certificate-missing, pipeline.certificate-in-wrong-store.
Result<Certificate> find_partner(const CertificateView& view, const CertificateUse& use,
                                 const Thumbprint& thumbprint);

/// pipeline.certificate-expired, pipeline.certificate-not-yet-valid, pipeline.certificate-unsuitable (key usage),
/// pipeline.certificate-distrusted, pipeline.certificate-revoked; with RevocationPolicy::Require also
/// pipeline.revocation-unknown, which with Prefer is a line of `evidence` (may be null).
Result<> check_certificate(const CertificateView& view, const CertificateUse& use, const Certificate& certificate,
                           Time now, messaging::TrackingDetails* evidence);

/// How strictly revocation is asked of what goes out, recipients as well as own certificates, by a port with this
/// policy of its own to this party (nullptr: none): the stricter one of the two, else the group's, else prefer
/// (artifacts::RevocationSettings::outbound).
artifacts::RevocationPolicy outbound_policy(const artifacts::ArtifactSet& set,
                                            std::optional<artifacts::RevocationPolicy> port,
                                            const artifacts::Party* party);

}  // namespace sealgate::pipeline
