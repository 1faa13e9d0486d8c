#pragma once
// What the subcommands of `sealgate user` and `sealgate token` share.

#include <memory>
#include <optional>

#include "access/gate.h"
#include "cli/command.h"
#include "cli/data_folder.h"

namespace sealgate::cli {

int run_user_hash(const Args& args);
int run_user_list(const Args& args);
int run_user_add(const Args& args);
int run_user_invite(const Args& args);
int run_user_role(const Args& args);
int run_user_password(const Args& args);
int run_user_totp(const Args& args);
int run_user_disable(const Args& args);
int run_user_enable(const Args& args);
int run_user_remove(const Args& args);
int run_user_sessions(const Args& args);

/// A store and the gate over it, as the user who runs the command.
struct AccessSession {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<access::Gate> gate;
  access::Principal by;

  /// `create`: makes the store when it is not there.
  static Result<AccessSession> open(const StoreChoice& choice, bool create = false);
};

/// "-" for none.
std::string time_or_dash(const std::optional<Time>& time);
/// Prints the error, if there is one. The exit status.
int finish(const Result<>& done);

}  // namespace sealgate::cli
