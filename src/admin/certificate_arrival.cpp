#include "admin/certificate_arrival.h"

#include <algorithm>

#include "audit/check.h"
#include "audit/uses.h"

namespace sealgate::admin {

Arrival judge_arrival(const artifacts::ArtifactSet& set, const certificates::Certificate& certificate,
                      const certificates::StoreId& store) {
  Arrival arrival;
  const bool own = store.name == certificates::StoreName::Personal;
  // Authorities, and what is distrusted, are not assigned.
  if (!own && store.name != certificates::StoreName::OtherPeople) return arrival;
  const audit::Uses uses(set);
  for (const audit::Use& use : uses.of(certificate)) {
    std::string where = use.place->where() + " (" + std::string(certificates::to_string(use.place->usage)) + ")";
    std::string reason = audit::misfit(certificate, use.place->usage);
    if (reason.empty() && (use.place->store != store.name ||
                           (own && !use.place->account.empty() && use.place->account != store.account))) {
      reason = "it must be in the " + use.place->store_description();
    }
    auto& list = reason.empty() ? arrival.fits : arrival.misfits;
    if (!reason.empty()) where += ": " + reason;
    if (std::ranges::find(list, where) == list.end()) list.push_back(std::move(where));
  }
  return arrival;
}

}  // namespace sealgate::admin
