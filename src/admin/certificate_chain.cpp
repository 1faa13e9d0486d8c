#include "admin/certificate_chain.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/certificate_words.h"
#include "certificates/errors.h"
#include "certificates/export.h"
#include "certificates/revocation_check.h"

namespace sealgate::admin {

using namespace certificates;

namespace {

Result<std::vector<Certificate>> certificates_in(const CertificateStore& store, StoreName name) {
  SG_TRY_ASSIGN(const auto entries, store.list({name, {}}));
  std::vector<Certificate> result;
  for (const StoredCertificate& entry : entries) result.push_back(entry.certificate);
  return result;
}

struct Known {
  std::span<const Certificate> anchors;
  std::span<const Certificate> intermediates;
  std::span<const Thumbprint> distrusted;
  std::span<const Crl> crls;
  Time now;
};

bool among(std::span<const Certificate> all, const Certificate& one) {
  return std::ranges::find(all, one) != all.end();
}

/// What the lists of its issuer say of the certificate at this place of the path.
void ask_lists(ChainNode& node, const PathResult& path, std::size_t depth, const Known& known) {
  for (const Crl& list : known.crls) {
    if (list.issuer() != node.certificate.issuer() || list.is_delta()) continue;
    if (node.list_made && list.this_update() <= *node.list_made) continue;
    node.list_made = list.this_update();
    node.list_until = list.next_update();
  }
  RevocationInputs inputs;
  inputs.candidates = known.intermediates;
  inputs.anchors = known.anchors;
  inputs.crls = known.crls;
  inputs.distrusted = known.distrusted;
  inputs.time = known.now;
  const auto verdict = check_revocation(std::span(path.chain).subspan(depth, 2), inputs);
  node.revocation = to_string(verdict.status);
  node.revocation_text = verdict.text.empty() ? verdict.source : verdict.text;
}

ChainNode node_of(const PathResult& path, std::size_t depth, const Known& known) {
  const Certificate& certificate = path.chain[depth];
  ChainNode node{certificate};
  const bool anchor = among(known.anchors, certificate);
  if (anchor) {
    node.store = to_string(StoreName::TrustedRoots);
  } else if (among(known.intermediates, certificate)) {
    node.store = to_string(StoreName::IntermediateAuthorities);
  }
  const auto fault = [&](std::string text) { node.faults.push_back(std::move(text)); };
  if (known.now > certificate.not_after()) fault("expired on " + date_of(certificate.not_after()));
  if (known.now < certificate.not_before()) fault("not valid before " + date_of(certificate.not_before()));
  if (std::ranges::find(known.distrusted, certificate.thumbprint_sha256()) != known.distrusted.end()) {
    fault("distrusted by hand: it is in Untrusted");
  }
  if (depth > 0 && !certificate.is_ca()) fault("is no certification authority, and stands as one");
  if (has_weak_key(certificate)) fault("weak key: " + certificate.key_description());
  // Nobody checks the signature of a root by itself.
  if (!anchor && has_weak_signature(certificate)) {
    fault("signed with a weak digest: " + certificate.signature_algorithm());
  }
  if (!anchor && depth + 1 < path.chain.size()) ask_lists(node, path, depth, known);
  if (node.revocation == "revoked") fault("revoked");
  // What nothing of this explains, the whole path does.
  if (!path.ok() && node.faults.empty() && static_cast<std::size_t>(path.depth) == depth) fault(path.text);
  return node;
}

nlohmann::json time_json(const std::optional<Time>& time) {
  return time ? nlohmann::json(to_rfc3339(*time)) : nlohmann::json();
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
  const Known known{anchors, intermediates, policy.distrusted, crls, now};
  for (std::size_t depth = 0; depth < status.path.chain.size(); ++depth) {
    status.nodes.push_back(node_of(status.path, depth, known));
  }
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
  for (const ChainNode& node : status.nodes) {
    const Certificate& link = node.certificate;
    links.push_back({{"thumbprint", link.thumbprint().to_biztalk()},
                     {"subject", link.subject()},
                     {"name", link.short_name()},
                     {"not_before", to_rfc3339(link.not_before())},
                     {"not_after", to_rfc3339(link.not_after())},
                     {"key", link.key_description()},
                     {"store", node.store},
                     {"faults", node.faults},
                     {"revocation", node.revocation},
                     {"revocation_text", node.revocation_text},
                     {"list_made", time_json(node.list_made)},
                     {"list_until", time_json(node.list_until)}});
  }
  return {{"status", status.path.outcome},
          {"reason", status.path.text},
          {"remedy", status.path.remedy},
          {"revocation", revocation_state(status)},
          {"path", links}};
}

Result<Bytes> export_with_key(const CertificateStore& store, const AccountKey& account_key,
                              const StoredCertificate& entry, std::span<const Certificate> chain,
                              const Secret& password) {
  if (!entry.has_private_key) {
    return fail(kNoPrivateKey, "the private key of this certificate is not there", entry.certificate.short_name(),
                "export the certificate alone: --format pem, der or p7b");
  }
  SG_TRY_ASSIGN(const crypto::PrivateKey key,
                open_private_key(store, account_key, entry.certificate.thumbprint_sha256()));
  const std::string name = entry.friendly_name.empty() ? entry.certificate.short_name() : entry.friendly_name;
  return export_pkcs12({entry.certificate, key, chain, name}, password);
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
