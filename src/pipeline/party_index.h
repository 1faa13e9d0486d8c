#pragma once
// Parties by what they are known by, so that one of ten thousand is found at once. Made once for a configuration.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::pipeline {

class PartyIndex {
 public:
  PartyIndex() = default;
  /// `set` must outlive it and stay as it is.
  explicit PartyIndex(const artifacts::ArtifactSet& set);

  struct Owner {
    const artifacts::Party* party = nullptr;
    const artifacts::CertificateAssignment* assignment = nullptr;
  };
  /// Parties that name a certificate by this very thumbprint, whether or not the assignment is in force. Empty: none.
  const std::vector<Owner>& owners(const artifacts::Thumbprint& thumbprint) const;
  /// The party with an alias of this qualifier and value, both compared without case; nullptr when there is none.
  const artifacts::Party* find_by_alias(std::string_view qualifier, std::string_view value) const;

 private:
  std::unordered_map<std::string, std::vector<Owner>> by_thumbprint_;
  std::unordered_map<std::string, const artifacts::Party*> by_alias_;
};

}  // namespace sealgate::pipeline
