#include "artifacts/certificate_settings.h"

#include <algorithm>

namespace sealgate::artifacts {

std::vector<Thumbprint> in_force(const CertificateAssignments& all, Time now) {
  std::vector<Thumbprint> some;
  for (const CertificateAssignment& assignment : all) {
    if (assignment.in_force(now)) some.push_back(assignment.certificate);
  }
  return some;
}

const CertificateAssignment* latest(const CertificateAssignments& all, Time now) {
  const CertificateAssignment* best = nullptr;
  for (const CertificateAssignment& assignment : all) {
    if (!assignment.in_force(now)) continue;
    // An absent `from` is less than any.
    if (best == nullptr || assignment.from > best->from) best = &assignment;
  }
  return best;
}

std::string why_none_in_force(const CertificateAssignments& all, Time now) {
  const CertificateAssignment* next = nullptr;
  const CertificateAssignment* last = nullptr;
  for (const CertificateAssignment& assignment : all) {
    if (assignment.from && *assignment.from > now) {
      if (next == nullptr || assignment.from < next->from) next = &assignment;
    } else if (assignment.until && *assignment.until <= now) {
      if (last == nullptr || assignment.until > last->until) last = &assignment;
    }
  }
  if (next != nullptr) {
    return "certificate " + next->certificate.to_biztalk() + " is assigned from " + to_rfc3339(*next->from) + " on";
  }
  if (last != nullptr) {
    return "certificate " + last->certificate.to_biztalk() + " was assigned until " + to_rfc3339(*last->until);
  }
  return {};
}

std::optional<RevocationPolicy> strictest(std::optional<RevocationPolicy> a, std::optional<RevocationPolicy> b) {
  return std::max(a, b);
}

}  // namespace sealgate::artifacts
