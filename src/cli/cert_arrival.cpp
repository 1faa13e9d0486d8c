#include "cli/cert_arrival.h"

#include <algorithm>

#include "audit/check.h"

namespace sealgate::cli {

Result<Arrival> judge_arrival(const CertStores& stores, const certificates::Certificate& certificate,
                              certificates::StoreName store) {
  Arrival arrival;
  // Authorities, and what is distrusted, are not assigned.
  if (stores.database() == nullptr ||
      (store != certificates::StoreName::Personal && store != certificates::StoreName::OtherPeople)) {
    return arrival;
  }
  SG_TRY_ASSIGN(const auto snapshot, stores.database()->artifacts().load());
  const audit::Uses uses(snapshot.set);
  const std::string account = stores.id(certificates::StoreName::Personal).account;
  for (const audit::Use& use : uses.of(certificate)) {
    std::string where = use.place->where() + " (" + std::string(certificates::to_string(use.place->usage)) + ")";
    std::string reason = audit::misfit(certificate, use.place->usage);
    if (reason.empty() &&
        (use.place->store != store || (store == certificates::StoreName::Personal && !use.place->account.empty() &&
                                       use.place->account != account))) {
      reason = "it must be in the " + use.place->store_description();
    }
    auto& list = reason.empty() ? arrival.fits : arrival.misfits;
    if (!reason.empty()) where += ": " + reason;
    if (std::ranges::find(list, where) == list.end()) list.push_back(std::move(where));
  }
  return arrival;
}

}  // namespace sealgate::cli
