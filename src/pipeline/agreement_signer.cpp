#include "pipeline/agreement_signer.h"

#include <algorithm>

namespace sealgate::pipeline {

SignerRules signer_rules(const Environment& environment, const artifacts::Agreement& agreement) {
  const artifacts::ReceivingAgreement& receiving = agreement.receiving;
  SignerRules rules;
  rules.revocation = receiving.revocation;
  if (receiving.allow_expired_until && environment.now < *receiving.allow_expired_until) {
    rules.expired_of = environment.artifacts.find_party(agreement.partner.party);
  }
  return rules;
}

Result<> check_agreement_signer(const Environment& environment, const artifacts::Agreement& agreement,
                                const std::optional<Certificate>& signer) {
  if (!signer) return {};  // allowed, or the decoder would have refused it
  const std::string where = "agreement " + agreement.name + ", certificate " + signer->thumbprint().to_biztalk();
  const artifacts::Party* party = party_of_signer(environment, *signer);
  if (party == nullptr || party->name != agreement.partner.party) {
    return fail(kSignerNotOfAgreement, "the signature is not that of party " + agreement.partner.party, where,
                "assign the certificate to the party if it is theirs (verification_certificates)");
  }
  const auto& named = agreement.receiving.verification_certificates;
  if (named.empty()) return {};
  const auto now = artifacts::in_force(named, environment.now);
  const bool is_named = std::ranges::any_of(now, [&](const auto& one) { return signer->has_thumbprint(one); });
  if (is_named) return {};
  return fail(kSignerNotOfAgreement, "the agreement does not name the signer's certificate, or not for now", where,
              "add it to verification_certificates of the agreement if it is theirs");
}

}  // namespace sealgate::pipeline
