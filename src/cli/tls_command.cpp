// sealgate tls: servers of others.

#include "cli/tls_command.h"

#include <array>

#include "cli/subcommands.h"

namespace sealgate::cli {
namespace {

constexpr std::array kMembers = {
    Command{"probe", "Look at a TLS server: what is wrong with it, and whether a send port would get through",
            run_tls_probe},
};

constexpr Family kFamily{"tls", "Look at TLS servers", kMembers, ""};

}  // namespace

int run_tls(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
