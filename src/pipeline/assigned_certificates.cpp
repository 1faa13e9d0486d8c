#include "pipeline/assigned_certificates.h"

#include "pipeline/errors.h"

namespace sealgate::pipeline {

Result<const OwnCertificate*> signing_certificate(const CertificateView& view, const CertificateUse& use,
                                                  const artifacts::CertificateAssignments& assigned, Time now,
                                                  messaging::TrackingDetails* evidence) {
  const artifacts::CertificateAssignment* current = artifacts::latest(assigned, now);
  if (current == nullptr) {
    return fail(kNoSigningCertificate,
                assigned.empty() ? "the port signs, but neither it nor the group has a signing certificate"
                                 : "the port signs, but none of its signing certificates is in force: " +
                                       artifacts::why_none_in_force(assigned, now),
                use.place,
                "name a certificate of the Personal store of account " + use.account +
                    " under signing_certificates of the Group or of the port, then resume");
  }
  SG_TRY_ASSIGN(const OwnCertificate* own, find_own(view, use, current->certificate));
  SG_TRY(check_certificate(view, use, own->certificate, now, evidence));
  return own;
}

Result<std::vector<artifacts::Thumbprint>> recipients_in_force(const CertificateUse& use,
                                                               const artifacts::CertificateAssignments& assigned,
                                                               Time now) {
  auto recipients = artifacts::in_force(assigned, now);
  if (recipients.empty()) {
    return fail(kNoEncryptionCertificate,
                assigned.empty() ? "the port encrypts, but has no encryption certificate"
                                 : "the port encrypts, but none of its encryption certificates is in force: " +
                                       artifacts::why_none_in_force(assigned, now),
                use.place,
                "assign the partner's certificate (encryption_certificates), then resume; nothing was sent in clear");
  }
  return recipients;
}

Result<std::vector<Certificate>> encryption_certificates(const CertificateView& view, const CertificateUse& use,
                                                         const artifacts::CertificateAssignments& assigned, Time now,
                                                         messaging::TrackingDetails* evidence) {
  SG_TRY_ASSIGN(const auto recipients, recipients_in_force(use, assigned, now));
  return usable_recipients(view, use, recipients, now, evidence);
}

Result<std::vector<Certificate>> usable_recipients(const CertificateView& view, const CertificateUse& use,
                                                   const std::vector<artifacts::Thumbprint>& recipients, Time now,
                                                   messaging::TrackingDetails* evidence) {
  std::vector<Certificate> all;
  for (const artifacts::Thumbprint& thumbprint : recipients) {
    SG_TRY_ASSIGN(Certificate certificate, find_partner(view, use, thumbprint));
    SG_TRY(check_certificate(view, use, certificate, now, evidence));
    all.push_back(std::move(certificate));
  }
  return all;
}

}  // namespace sealgate::pipeline
