#pragma once
// What the subcommands of `sealgate crl` share.

#include <vector>

#include "cli/command.h"
#include "revocation/source_state.h"
#include "store/common/store.h"

namespace sealgate::cli {

int run_crl_list(const Args& args);
int run_crl_update(const Args& args);

/// Every source that is followed or was ever asked, with what is known about it; by address, the group's own first.
Result<std::vector<revocation::SourceState>> all_sources(store::Store& store, const artifacts::ArtifactSet& set);

}  // namespace sealgate::cli
