#pragma once
// Judges the certificate of whoever signed an incoming message: the path to a trusted root, what the party asks of
// it, and revocation by the policy of party, location and group.

#include <optional>
#include <string>
#include <vector>

#include "certificates/revocation_check.h"
#include "pipeline/as2_proof.h"
#include "pipeline/components.h"
#include "smime/decoder.h"

namespace sealgate::pipeline {

/// How strictly revocation is asked of what comes in: the stricter one of the party's and the location's, else the
/// group's.
artifacts::RevocationPolicy inbound_policy(const artifacts::ArtifactSet& set,
                                           std::optional<artifacts::RevocationPolicy> location,
                                           const artifacts::Party* party);

/// For one message; null when nobody is to be asked.
std::unique_ptr<certificates::StatusFetcher> session_of(const CertificateView& view);

/// Whose rules hold for this signer: the party that names the certificate now, by SHA-256 or else by SHA-1; nullptr
/// for nobody's. Whose the message is decides pipeline/party_resolution.h, after the signature has proved good.
const artifacts::Party* party_of_signer(const Environment& environment, const Certificate& signer);

/// What was agreed on with the partner beyond its party and the location.
struct SignerRules {
  std::optional<artifacts::RevocationPolicy> revocation = {};  ///< counts where it is the strictest
  /// Certificates of this party also count when they have expired; nullptr: of nobody. Each use leaves evidence.
  const artifacts::Party* expired_of = nullptr;
};

class SignerJudge final : public smime::PathJudge {
 public:
  /// `context` tells which receive location (or, for answers, send port) the message came by. All must outlive it.
  /// `purpose` is what the certificate was used for, where the settings have that checked.
  SignerJudge(const Environment& environment, const artifacts::DecoderSettings& settings,
              const messaging::MessageContext& context,
              certificates::PathPurpose purpose = certificates::PathPurpose::EmailSign,
              const SignerRules& rules = {});

  certificates::PathResult judge(const Certificate& signer, const smime::PathMaterial& material) override;

  /// From now on, how each signer is judged is added there. Outlives the judge.
  void keep(std::vector<PathProof>* proofs) { proofs_ = proofs; }

  /// Of the signers that passed although nobody could say whether they were revoked: "THUMBPRINT chain:crl-missing".
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  certificates::PathResult find_path(const Certificate& signer, std::vector<Certificate>& candidates,
                                     const certificates::PathPolicy& policy) const;
  /// The path as it was at the end of the signer's time.
  certificates::PathResult find_expired_path(const Certificate& signer, std::vector<Certificate>& candidates,
                                             certificates::PathPolicy policy) const;
  void ask_revocation(certificates::PathResult& path, std::span<const Certificate> candidates,
                      const smime::PathMaterial& material, artifacts::RevocationPolicy policy);

  const Environment& environment_;
  const artifacts::DecoderSettings& settings_;
  const messaging::MessageContext& context_;
  const certificates::PathPurpose purpose_;
  const SignerRules rules_;
  const std::unique_ptr<certificates::StatusFetcher> online_;  ///< may be null
  std::vector<std::string> warnings_;
  std::vector<PathProof>* proofs_ = nullptr;
};

}  // namespace sealgate::pipeline
