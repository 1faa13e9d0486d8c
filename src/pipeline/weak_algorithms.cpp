#include "pipeline/weak_algorithms.h"

#include <algorithm>

#include "crypto/algorithms.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {

std::vector<std::string> weak_algorithms_of(const smime::Report& report) {
  std::vector<std::string> found;
  const auto note = [&found](std::string_view name) {
    if (std::find(found.begin(), found.end(), name) == found.end()) found.emplace_back(name);
  };
  for (const smime::LayerReport& layer : report.layers) {
    if (const auto cipher = crypto::cipher_from_name(layer.cipher); cipher && crypto::is_weak(*cipher)) {
      note(crypto::name(*cipher));
    }
    // Nobody relies on the digest of DigestedData: whoever changes the content can change it, too.
    if (layer.type != smime::LayerType::Digested) {
      for (const std::string& weak : layer.weak) {
        const auto names = smime::allowances_for(weak);
        note(names.size() == 1 ? names.front() : weak);
      }
    }
    for (const smime::SignerReport& signer : layer.signers) {
      for (const std::string& used : {signer.digest, signer.signature_digest}) {
        if (const auto digest = crypto::digest_from_name(used); digest && crypto::is_weak(*digest)) {
          note(crypto::name(*digest));
        }
      }
    }
  }
  return found;
}

Result<> check_weak_algorithms(const smime::Report& report, const artifacts::Party* party, Time now) {
  for (const std::string& algorithm : weak_algorithms_of(report)) {
    const auto names = smime::allowances_for(algorithm);
    if (std::ranges::any_of(names, [&](const auto& name) { return artifacts::allows_weak(party, name, now); }))
      continue;
    const std::string who = party == nullptr ? "a party that is not known" : "party " + party->name;
    return fail(kWeakAlgorithm,
                "the message relies on the old algorithm " + algorithm + ", which " + who + " may not use", {},
                party == nullptr
                    ? "resolve the sender to a party, and allow the algorithm there by name if this partner needs it"
                    : "ask the partner for a current algorithm, or add " + names.front() +
                          " to weak_algorithms of the party with a reason and an end date, and resume the message");
  }
  return {};
}

smime::WeakPolicy weak_policy_for(const artifacts::Party* party, Time now) {
  smime::WeakPolicy policy;
  if (party == nullptr) return policy;
  for (const artifacts::WeakAlgorithm& weak : party->weak_algorithms) {
    if (artifacts::allows_weak(party, weak.algorithm, now)) policy.allow(weak.algorithm);
  }
  return policy;
}

}  // namespace sealgate::pipeline
