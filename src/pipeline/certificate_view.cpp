#include "pipeline/certificate_view.h"

namespace sealgate::pipeline {

const OwnCertificate* CertificateView::find_own(std::string_view account, const Thumbprint& thumbprint) const {
  const auto found = personal.find(std::string(account));
  if (found == personal.end()) return nullptr;
  for (const OwnCertificate& own : found->second) {
    if (own.certificate.has_thumbprint(thumbprint)) return &own;
  }
  return nullptr;
}

}  // namespace sealgate::pipeline
