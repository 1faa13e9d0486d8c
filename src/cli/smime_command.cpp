// sealgate smime encode|decode|inspect: one message in files, no server.

#include "cli/command.h"
#include "cli/parse.h"

namespace sealgate::cli {

int run_smime(const Args& args) {
  CLI::App app{"Encode, decode or inspect one S/MIME message in files, without a server"};
  configure_app(app, "sealgate smime", "  sealgate smime inspect -i order.eml\n");
  if (const auto status = parse(app, args)) return *status;
  return 0;
}

}  // namespace sealgate::cli
