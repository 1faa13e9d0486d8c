#include "audit/forecast.h"

#include <algorithm>

namespace sealgate::audit {
namespace {

using certificates::Usage;

/// Whether messages still depend on this certificate when it expires.
bool is_covered(const Place& place, const artifacts::CertificateAssignment& assignment,
                const certificates::Certificate& certificate, const Holdings& holdings) {
  const Time end = certificate.not_after();
  const auto used = place.used_at(end);
  if (std::ranges::find(used, &assignment) == used.end()) return true;
  // Of several that verify or open, the others go on. Each recipient's own is needed.
  if (place.usage != Usage::Verify && place.usage != Usage::Decrypt) return false;
  return std::ranges::any_of(used, [&](const artifacts::CertificateAssignment* other) {
    if (other == &assignment) return false;
    const Holding* holding = holdings.find(place, other->certificate);
    return holding != nullptr && holding->certificate.not_before() <= end && holding->certificate.not_after() > end;
  });
}

}  // namespace

bool Expiry::covered() const {
  return std::ranges::all_of(uses, [](const AffectedUse& use) { return use.covered; });
}

int Expiry::days_left(Time now) const {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(expires() - now).count());
}

std::vector<Expiry> forecast(const std::vector<Place>& places, const Holdings& holdings, Time now) {
  std::map<certificates::Thumbprint, Expiry> found;
  for (const Place& place : places) {
    for (const artifacts::CertificateAssignment& assignment : place.assignments) {
      if (assignment.until && *assignment.until <= now) continue;
      const Holding* holding = holdings.find(place, assignment.certificate);
      if (holding == nullptr) continue;
      const certificates::Certificate& certificate = holding->certificate;
      Expiry& expiry = found.try_emplace(certificate.thumbprint_sha256(), Expiry{certificate}).first->second;
      expiry.uses.push_back({place.where(), std::string(certificates::to_string(place.usage)), place.party,
                             place.ports, window_of(assignment),
                             is_covered(place, assignment, certificate, holdings)});
    }
  }
  std::vector<Expiry> all;
  all.reserve(found.size());
  for (auto& [thumbprint, expiry] : found) all.push_back(std::move(expiry));
  std::ranges::stable_sort(all, {}, &Expiry::expires);
  return all;
}

std::string DueWarning::key() const {
  return "expiry/" + expiry->certificate.thumbprint_sha256().to_hex() + "/" + std::to_string(mark);
}

std::vector<DueWarning> due_warnings(const std::vector<Expiry>& all, const std::vector<int>& days, Time now) {
  std::vector<DueWarning> due;
  if (days.empty()) return due;
  for (const Expiry& expiry : all) {
    if (expiry.covered()) continue;
    if (now > expiry.expires()) {
      due.push_back({&expiry, 0});
      continue;
    }
    std::optional<int> nearest;
    for (const int mark : days) {
      if (expiry.expires() - now <= std::chrono::days(mark) && (!nearest || mark < *nearest)) nearest = mark;
    }
    if (nearest) due.push_back({&expiry, *nearest});
  }
  return due;
}

}  // namespace sealgate::audit
