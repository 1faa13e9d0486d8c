#pragma once
// The revocation lists that are there, and how their sources do.

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "admin/foresight.h"
#include "revocation/source_state.h"
#include "revocation/updater.h"
#include "store/common/store.h"

namespace sealgate::admin {

struct ListedSource {
  revocation::SourceState state = {};
  bool followed = false;  ///< a running gateway asks it when it is due
};

/// Every source that is followed or was ever asked, with what is known about it; by address, the group's own first,
/// those that are no longer followed last.
Result<std::vector<ListedSource>> all_sources(store::Store& store, const artifacts::ArtifactSet& set);

struct RevocationLists {
  std::vector<certificates::Crl> lists = {};
  std::map<std::string, revocation::ListOrigin> origins = {};  ///< by Crl::sha256()
  std::vector<ListedSource> sources = {};
};
Result<RevocationLists> look_at_lists(store::Store& store);
/// The sources of these addresses, as all_sources() has them; none given: all that are followed.
/// revocation.unknown-source.
Result<std::vector<revocation::Source>> chosen_sources(const std::vector<ListedSource>& all,
                                                       const std::vector<std::string>& addresses);

struct SourceUpdate {
  revocation::Source source = {};
  revocation::Update update = {};
};
/// Asks sources now, one after the other, and tells of each; an error of `told` ends it, as one of the store does.
/// Those that would begin after `until` are left out.
Result<> update_lists(store::Store& store, const artifacts::RevocationSettings& settings,
                      const std::vector<revocation::Source>& sources, std::chrono::steady_clock::time_point until,
                      const std::function<Result<>(const SourceUpdate&)>& told);

/// A certificate that is in use, or an intermediate, which only a list of this issuer clears.
struct Dependant {
  certificates::Certificate certificate;
  std::vector<std::string> used_by = {};  ///< empty: an authority of the path of others
};
std::vector<Dependant> dependants(const Foresight& foresight, const certificates::Crl& list);

/// Its next update should have come.
bool is_stale(const certificates::Crl& list, Time now);
/// With `foresight`: of each list also who depends on it.
nlohmann::ordered_json lists_json(const RevocationLists& listed, Time now, const Foresight* foresight = nullptr);

}  // namespace sealgate::admin
