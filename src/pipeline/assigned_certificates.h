#pragma once
// Of the certificates that a port or the group names, those that what goes out is signed with or encrypted to now: in
// force, where they must lie, and fit to be used. By S/MIME and by WS-Security alike.

#include <vector>

#include "pipeline/certificate_checks.h"

namespace sealgate::pipeline {

/// The latest in force, of the Personal store of `use.account`. pipeline.no-signing-certificate, and the errors of
/// certificate_checks.h. Lives as long as the view.
Result<const OwnCertificate*> signing_certificate(const CertificateView& view, const CertificateUse& use,
                                                  const artifacts::CertificateAssignments& assigned, Time now,
                                                  messaging::TrackingDetails* evidence);

/// All that are in force, at least one. pipeline.no-encryption-certificate.
Result<std::vector<artifacts::Thumbprint>> recipients_in_force(const CertificateUse& use,
                                                               const artifacts::CertificateAssignments& assigned,
                                                               Time now);

/// Those, if all of them may be used. Also the errors of certificate_checks.h.
Result<std::vector<Certificate>> encryption_certificates(const CertificateView& view, const CertificateUse& use,
                                                         const artifacts::CertificateAssignments& assigned, Time now,
                                                         messaging::TrackingDetails* evidence);

/// These certificates of OtherPeople, if all of them may be used. The errors of certificate_checks.h.
Result<std::vector<Certificate>> usable_recipients(const CertificateView& view, const CertificateUse& use,
                                                   const std::vector<artifacts::Thumbprint>& recipients, Time now,
                                                   messaging::TrackingDetails* evidence);

}  // namespace sealgate::pipeline
