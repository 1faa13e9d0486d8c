#pragma once
// What the subcommands of `sealgate crl` share.

#include <vector>

#include "cli/command.h"
#include "revocation/source_state.h"
#include "store/common/store.h"

namespace sealgate::cli {

int run_crl_list(const Args& args);
int run_crl_update(const Args& args);

struct ListedSource {
  revocation::SourceState state = {};
  bool followed = false;  ///< a running gateway asks it when it is due
};

/// Every source that is followed or was ever asked, with what is known about it; by address, the group's own first,
/// those that are no longer followed last.
Result<std::vector<ListedSource>> all_sources(store::Store& store, const artifacts::ArtifactSet& set);

}  // namespace sealgate::cli
