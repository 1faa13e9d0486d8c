#include "admin/certificate_chain.h"

#include <nlohmann/json.hpp>

namespace sealgate::admin {

using namespace certificates;

namespace {

Result<std::vector<Certificate>> certificates_in(const CertificateStore& store, StoreName name) {
  SG_TRY_ASSIGN(const auto entries, store.list({name, {}}));
  std::vector<Certificate> result;
  for (const StoredCertificate& entry : entries) result.push_back(entry.certificate);
  return result;
}

}  // namespace

Result<ChainStatus> check_chain(const CertificateStore& store, const Certificate& certificate, Time now) {
  SG_TRY_ASSIGN(const auto anchors, certificates_in(store, StoreName::TrustedRoots));
  SG_TRY_ASSIGN(const auto intermediates, certificates_in(store, StoreName::IntermediateAuthorities));
  SG_TRY_ASSIGN(const auto distrusted, certificates_in(store, StoreName::Untrusted));
  SG_TRY_ASSIGN(const auto crls, store.list_crls());
  PathPolicy policy;
  policy.time = now;
  policy.max_candidates = CertificateStore::kMaxCertificates;
  for (const Certificate& entry : distrusted) policy.distrusted.push_back(entry.thumbprint_sha256());
  ChainStatus status;
  for (const Crl& crl : crls) status.revocation_checked |= crl.issuer() == certificate.issuer();
  if (status.revocation_checked) policy.crl_check = CrlCheck::Leaf;
  status.path = validate_path(certificate, intermediates, anchors, crls, policy);
  return status;
}

std::string revocation_state(const ChainStatus& status) {
  if (!status.revocation_checked) return "not checked: no list of its issuer is there";
  const auto verdict = status.path.status();
  const bool judged = verdict || verdict.error().code.error_class == ErrorClass::Revocation;
  return judged ? "checked against the list of its issuer" : "not judged: the path itself is not in order";
}

nlohmann::json chain_json(const ChainStatus& status) {
  nlohmann::json links = nlohmann::json::array();
  for (const Certificate& link : status.path.chain) {
    links.push_back({{"thumbprint", link.thumbprint().to_biztalk()}, {"subject", link.subject()}});
  }
  return {{"status", status.path.outcome},
          {"reason", status.path.text},
          {"remedy", status.path.remedy},
          {"revocation", revocation_state(status)},
          {"path", links}};
}

Result<std::vector<Certificate>> chain_of(const CertificateStore& store, const Certificate& certificate) {
  std::vector<Certificate> candidates;
  std::vector<Certificate> anchors;
  for (const StoreName name : {StoreName::IntermediateAuthorities, StoreName::TrustedRoots}) {
    SG_TRY_ASSIGN(const auto entries, store.list({name, {}}));
    auto& target = name == StoreName::TrustedRoots ? anchors : candidates;
    for (const StoredCertificate& entry : entries) target.push_back(entry.certificate);
  }
  PathPolicy policy;
  policy.time = certificate.not_before();
  policy.purpose = PathPurpose::None;
  policy.max_candidates = CertificateStore::kMaxCertificates;
  std::vector<Certificate> chain = validate_path(certificate, candidates, anchors, {}, policy).chain;
  std::erase(chain, certificate);
  return chain;
}

}  // namespace sealgate::admin
