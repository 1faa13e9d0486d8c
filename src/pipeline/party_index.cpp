#include "pipeline/party_index.h"

#include "base/text.h"

namespace sealgate::pipeline {
namespace {

std::string key_of(const artifacts::Thumbprint& thumbprint) {
  return std::string(as_text(thumbprint.bytes()));
}

std::string key_of(std::string_view qualifier, std::string_view value) {
  return ascii_lower(qualifier) + '\n' + ascii_lower(value);
}

}  // namespace

PartyIndex::PartyIndex(const artifacts::ArtifactSet& set) {
  for (const artifacts::Party& party : set.parties) {
    for (const artifacts::CertificateAssignment& assignment : party.verification_certificates) {
      by_thumbprint_[key_of(assignment.certificate)].push_back({&party, &assignment});
    }
    for (const artifacts::PartyAlias& alias : party.aliases) {
      by_alias_.emplace(key_of(alias.qualifier, alias.value), &party);
    }
  }
}

const std::vector<PartyIndex::Owner>& PartyIndex::owners(const artifacts::Thumbprint& thumbprint) const {
  static const std::vector<Owner> kNone;
  const auto found = by_thumbprint_.find(key_of(thumbprint));
  return found == by_thumbprint_.end() ? kNone : found->second;
}

const artifacts::Party* PartyIndex::find_by_alias(std::string_view qualifier, std::string_view value) const {
  const auto found = by_alias_.find(key_of(qualifier, value));
  return found == by_alias_.end() ? nullptr : found->second;
}

}  // namespace sealgate::pipeline
