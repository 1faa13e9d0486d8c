#pragma once
// What the subcommands of `sealgate crl` share.

#include "admin/revocation_lists.h"
#include "cli/command.h"

namespace sealgate::cli {

int run_crl_list(const Args& args);
int run_crl_update(const Args& args);

}  // namespace sealgate::cli
