#include "pipeline/signer_judge.h"

#include <algorithm>

#include "base/log.h"
#include "messaging/property_names.h"
#include "pipeline/path_settings.h"

namespace sealgate::pipeline {
namespace {

using artifacts::RevocationPolicy;
using certificates::RevocationStatus;
namespace names = messaging::names;

/// More intermediates than these are not fetched for one path.
constexpr int kMaxFetchedLinks = 4;

constexpr std::string_view kExpired = "chain:expired";

/// Of the receive location that the message came by, or of the send port that it is the answer to.
std::optional<RevocationPolicy> policy_of_place(const artifacts::ArtifactSet& set,
                                                const messaging::MessageContext& context) {
  const auto name = context.text(names::kReceiveLocationName);
  if (!name) {
    const auto* port = set.find_send_port(context.text_or_empty(names::kSendPortName));
    return port == nullptr ? std::nullopt : port->revocation;
  }
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    for (const artifacts::ReceiveLocation& location : port.locations) {
      if (location.name == *name) return location.revocation;
    }
  }
  return std::nullopt;
}

/// Remembers what came over the network.
class RecordingFetcher final : public certificates::StatusFetcher {
 public:
  RecordingFetcher(certificates::StatusFetcher& next, PathProof& proof) : next_(next), proof_(proof) {}
  certificates::StatusEvidence fetch_status(const Certificate& certificate, const Certificate& issuer,
                                            bool needed) override {
    auto found = next_.fetch_status(certificate, issuer, needed);
    proof_.crls.insert(proof_.crls.end(), found.crls.begin(), found.crls.end());
    proof_.ocsp_responses.insert(proof_.ocsp_responses.end(), found.ocsp_responses.begin(),
                                 found.ocsp_responses.end());
    return found;
  }
  std::vector<Certificate> fetch_issuers(const Certificate& certificate) override {
    return next_.fetch_issuers(certificate);
  }

 private:
  certificates::StatusFetcher& next_;
  PathProof& proof_;
};

/// Of very many lists, those that speak about this chain.
void add_lists(std::span<const certificates::Crl> crls, PathProof& proof) {
  for (const certificates::Crl& crl : crls) {
    const Bytes issuer = crl.issuer_der();
    const bool concerned = std::ranges::any_of(
        proof.chain, [&issuer](const Certificate& one) { return std::ranges::equal(one.issuer_der(), issuer); });
    if (concerned) proof.crls.push_back(crl);
  }
}

}  // namespace

std::unique_ptr<certificates::StatusFetcher> session_of(const CertificateView& view) {
  return view.online == nullptr ? nullptr : view.online->session();
}

RevocationPolicy inbound_policy(const artifacts::ArtifactSet& set, std::optional<RevocationPolicy> location,
                                const artifacts::Party* party) {
  const auto own = artifacts::strictest(location, party != nullptr ? party->revocation : std::nullopt);
  if (own) return *own;
  return (set.group ? set.group->revocation : artifacts::RevocationSettings()).inbound();
}

const artifacts::Party* party_of_signer(const Environment& environment, const Certificate& signer) {
  const auto* party = environment.artifacts.find_party_by_certificate(signer.thumbprint_sha256(), environment.now);
  if (party != nullptr) return party;
  return environment.artifacts.find_party_by_certificate(signer.thumbprint(), environment.now);
}

SignerJudge::SignerJudge(const Environment& environment, const artifacts::DecoderSettings& settings,
                         const messaging::MessageContext& context, certificates::PathPurpose purpose,
                         const SignerRules& rules)
    : environment_(environment),
      settings_(settings),
      context_(context),
      purpose_(purpose),
      rules_(rules),
      online_(session_of(environment.certificates)) {}

certificates::PathResult SignerJudge::judge(const Certificate& signer, const smime::PathMaterial& material) {
  const artifacts::ArtifactSet& set = environment_.artifacts;
  const artifacts::Party* party = party_of_signer(environment_, signer);

  certificates::PathPolicy policy;
  policy.time = environment_.now;
  policy.purpose = settings_.check_extended_key_usage ? purpose_ : certificates::PathPurpose::Any;
  policy.distrusted = environment_.certificates.untrusted;
  apply_path_settings(party, policy);
  std::vector<Certificate> candidates(material.candidates.begin(), material.candidates.end());
  certificates::PathResult path = find_path(signer, candidates, policy);
  const bool may_have_expired = party != nullptr && party == rules_.expired_of;
  if (may_have_expired && path.outcome == kExpired && signer.not_after() < environment_.now) {
    path = find_expired_path(signer, candidates, policy);
  }
  const auto of_place = artifacts::strictest(rules_.revocation, policy_of_place(set, context_));
  const RevocationPolicy revocation =
      settings_.check_revocation ? inbound_policy(set, of_place, party) : RevocationPolicy::Off;
  if (proofs_ != nullptr) proofs_->push_back(PathProof{path.chain});
  if (path.ok() && revocation != RevocationPolicy::Off) ask_revocation(path, candidates, material, revocation);
  return path;
}

certificates::PathResult SignerJudge::find_expired_path(const Certificate& signer,
                                                        std::vector<Certificate>& candidates,
                                                        certificates::PathPolicy policy) const {
  // OpenSSL takes the last second itself as after the end.
  policy.time = signer.not_after() - std::chrono::seconds(1);
  certificates::PathResult path = find_path(signer, candidates, policy);
  if (!path.ok()) return path;
  const std::string expired = to_rfc3339(signer.not_after());
  if (environment_.evidence != nullptr) {
    environment_.evidence->emplace_back("certificate.expired", signer.thumbprint().to_hex() + " on " + expired);
  }
  log(LogLevel::Warning, "a signer's certificate has expired; passed by agreement",
      {{"certificate", signer.thumbprint().to_biztalk()}, {"subject", signer.subject()}, {"expired", expired}});
  return path;
}

certificates::PathResult SignerJudge::find_path(const Certificate& signer, std::vector<Certificate>& candidates,
                                                const certificates::PathPolicy& policy) const {
  const auto validate = [&] {
    return certificates::validate_path(signer, candidates, environment_.certificates.trusted_roots, {}, policy);
  };
  certificates::PathResult path = validate();
  for (int link = 0; link < kMaxFetchedLinks; ++link) {
    if (path.outcome != "chain:no-issuer" || online_ == nullptr || path.chain.empty()) break;
    const auto issuers = online_->fetch_issuers(path.chain.back());
    if (issuers.empty()) break;
    candidates.insert(candidates.end(), issuers.begin(), issuers.end());
    path = validate();
  }
  return path;
}

void SignerJudge::ask_revocation(certificates::PathResult& path, std::span<const Certificate> candidates,
                                 const smime::PathMaterial& material, RevocationPolicy policy) {
  certificates::RevocationInputs inputs;
  inputs.candidates = candidates;
  inputs.anchors = environment_.certificates.trusted_roots;
  inputs.crls = environment_.certificates.crls;
  inputs.unproven_crls = material.crls;
  inputs.ocsp_responses = material.ocsp_responses;
  inputs.distrusted = environment_.certificates.untrusted;
  inputs.time = environment_.now;
  inputs.fetcher = online_.get();
  std::optional<RecordingFetcher> recording;
  if (proofs_ != nullptr) {
    PathProof& proof = proofs_->back();
    add_lists(environment_.certificates.crls, proof);
    add_lists(material.crls, proof);
    proof.ocsp_responses.assign(material.ocsp_responses.begin(), material.ocsp_responses.end());
    if (online_ != nullptr) inputs.fetcher = &recording.emplace(*online_, proof);
  }
  const certificates::RevocationVerdict verdict = certificates::check_revocation(path.chain, inputs);
  if (environment_.evidence != nullptr && !verdict.source.empty()) {
    environment_.evidence->emplace_back("revocation", std::string(to_string(verdict.status)) + ", " + verdict.source);
  }
  if (verdict.status == RevocationStatus::Good) return;
  if (verdict.status == RevocationStatus::Revoked || policy == RevocationPolicy::Require) {
    path.outcome = verdict.outcome;
    path.cause = verdict.outcome;
    path.depth = verdict.depth;
    path.text = verdict.text;
    path.remedy =
        verdict.status == RevocationStatus::Revoked
            ? "stop using it; ask its owner for the new certificate"
            : "see sealgate crl list; give a source of current lists (Group.revocation) or import one, then "
              "resume; or set 'revocation: prefer' on the party or location where this may pass";
    return;
  }
  const std::string warning = path.chain.front().thumbprint().to_hex() + " " + std::string(verdict.outcome);
  warnings_.push_back(warning);
  if (environment_.evidence != nullptr) environment_.evidence->emplace_back("revocation.unknown", warning);
  log(LogLevel::Warning, "nobody can say whether a signer's certificate was revoked; passed by policy",
      {{"certificate", path.chain.front().thumbprint().to_biztalk()},
       {"subject", path.chain.front().subject()},
       {"reason", verdict.text}});
}

}  // namespace sealgate::pipeline
