#pragma once
// A threat model of the actual configuration: each flow of data with the six threats of STRIDE, what stands against
// them here, and what is open.

#include <array>

#include "audit/practices.h"

namespace sealgate::audit {

inline constexpr std::array<std::string_view, 6> kStride{
    "Spoofing", "Tampering", "Repudiation", "Information disclosure", "Denial of service", "Elevation of privilege"};

struct Threat {
  std::vector<std::string> protections = {};
  std::vector<std::string> open = {};
};

struct Flow {
  std::string name = {};  ///< "Location Orders by HTTP"
  std::string from = {};
  std::string to = {};
  std::array<Threat, kStride.size()> threats = {};  ///< in the order of kStride
};

/// Locations, send ports, the store, the keys of each account, downloads and notices: as they are configured.
std::vector<Flow> threat_model(const artifacts::ArtifactSet& set, const Facts& facts);

}  // namespace sealgate::audit
