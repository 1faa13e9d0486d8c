// sealgate user totp: the authenticator app of a user, for computers without the console.

#include <cstdio>

#include "cli/parse.h"
#include "cli/password_input.h"
#include "cli/terminal.h"
#include "cli/user_command.h"

namespace sealgate::cli {
namespace {

struct TotpOptions {
  StoreChoice where;
  std::string name;
  std::string password_file = "-";
  std::string confirm;
  bool begin = false;
  bool remove = false;
};

/// Signed in as the user, with his password, as long as it lives: nobody else sets up his second factor.
Result<> as_user(const AccessSession& session, const TotpOptions& options, const Secret& password,
                 const std::function<Result<>(const access::Identity&)>& act) {
  SG_TRY_ASSIGN(const auto in, session.gate->sign_in({options.name, password.clone(), {}, session.by.address()}));
  const auto who = session.gate->identify_session(in.cookie, session.by.address());
  const auto done = who ? act(*who) : Result<>(fail(who.error()));
  (void)session.gate->sign_out(in.cookie, session.by.address());
  return done;
}

Result<> totp(const TotpOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  if (options.remove) return session.gate->users().remove_authenticator(session.by, options.name);
  SG_TRY_ASSIGN(const auto user, session.gate->users().find(options.name));
  if (!options.begin && options.confirm.empty()) {
    std::puts(user.authenticator ? "set up" : user.pending ? "begun, not confirmed" : "none");
    return {};
  }
  SG_TRY_ASSIGN(const Secret password, ask_password(options.password_file, "Password of " + user.name));
  return as_user(session, options, password, [&](const access::Identity& who) -> Result<> {
    if (!options.begin) return session.gate->confirm_authenticator(who, password, options.confirm);
    SG_TRY_ASSIGN(const std::string uri, session.gate->begin_authenticator(who, password));
    std::printf("%s\n", uri.c_str());
    print_note("give it to the app, then: sealgate user totp " + user.name + " --confirm CODE");
    return {};
  });
}

}  // namespace

int run_user_totp(const Args& args) {
  CLI::App app{
      "Tell whether a user has an authenticator app; set one up with his password, or remove one that was lost"};
  configure_app(app, "sealgate user totp",
                "  sealgate user totp alice --begin              # prints an otpauth: address for the app\n"
                "  sealgate user totp alice --confirm 123456     # a code of the app; it is asked for from now on\n"
                "  sealgate user totp alice --remove\n");
  TotpOptions options;
  app.add_option("NAME", options.name, "Of the user")->type_name("USER")->required();
  auto* const begin = app.add_flag("--begin", options.begin, "Make a secret for the app");
  auto* const confirm =
      app.add_option("--confirm", options.confirm, "A code of the app, which proves that it has the secret")
          ->type_name("CODE")
          ->excludes(begin);
  app.add_flag("--remove", options.remove, "Without his password")->excludes(begin)->excludes(confirm);
  app.add_option("--password-file", options.password_file,
                 "File whose first line is his password; - is standard input, a terminal is asked without echo")
      ->type_name("FILE")
      ->capture_default_str();
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(totp(options));
}

}  // namespace sealgate::cli
