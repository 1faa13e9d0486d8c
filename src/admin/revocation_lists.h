#pragma once
// The revocation lists that are there, and how their sources do.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "revocation/source_state.h"
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
/// Its next update should have come.
bool is_stale(const certificates::Crl& list, Time now);
nlohmann::ordered_json lists_json(const RevocationLists& listed, Time now);

}  // namespace sealgate::admin
