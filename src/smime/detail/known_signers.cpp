#include "smime/detail/known_signers.h"

#include "certificates/path_validation.h"

namespace sealgate::smime::detail {

using certificates::Certificate;
using certificates::CertificateQuery;

std::vector<Certificate> KnownSigners::find(const cms::EntityId& signer) const {
  std::vector<Certificate> found;
  for (const Certificate& certificate : known_) {
    if (signer.matches(certificate)) found.push_back(certificate);
  }
  if (partners_ == nullptr) return found;
  auto more = partners_->find(signer.kind == cms::EntityId::Kind::SubjectKeyId
                                  ? CertificateQuery::by_key_id(signer.key_id)
                                  : CertificateQuery::by_issuer_and_serial(signer.issuer_der, signer.serial));
  if (!more) {
    trouble_ = std::move(more).error();
    return found;
  }
  found.insert(found.end(), more->begin(), more->end());
  return found;
}

Result<crypto::PublicKey> KnownSigners::public_key(const Certificate& signer,
                                                   std::span<const Certificate> embedded) const {
  if (auto key = signer.public_key()) return key;
  // A DSA key without parameters: its issuer has them.
  std::vector<Certificate> candidates(embedded.begin(), embedded.end());
  candidates.insert(candidates.end(), known_.begin(), known_.end());
  const auto more = issuers(signer, embedded);
  candidates.insert(candidates.end(), more.begin(), more.end());
  return certificates::signer_public_key(signer, candidates);
}

std::vector<Certificate> KnownSigners::issuers(const Certificate& signer,
                                               std::span<const Certificate> embedded) const {
  if (partners_ == nullptr) return {};
  auto found = certificates::issuers_for(signer, embedded, *partners_);
  if (found) return std::move(*found);
  trouble_ = std::move(found).error();
  return {};
}

}  // namespace sealgate::smime::detail
