// sealgate crl: revocation lists, where they come from and how old they are.

#include "cli/crl_command.h"

#include <array>

#include "cli/subcommands.h"

namespace sealgate::cli {
namespace {

constexpr std::array kMembers = {
    Command{"list", "Revocation lists with age and next update, and their sources with the last failure",
            run_crl_list},
    Command{"update", "Ask the sources of revocation lists now", run_crl_update},
};

constexpr Family kFamily{
    "crl", "Revocation lists", kMembers,
    "A running gateway asks the sources by itself: every Group.revocation.refresh and before a list\n"
    "runs out. Lists in files: sealgate cert import FILE."};

}  // namespace

int run_crl(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
