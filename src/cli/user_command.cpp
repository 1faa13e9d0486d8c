// sealgate user: who administers the gateway; and hash: what a host keeps of a user's password, as lines for its
// document.

#include <array>
#include <cstdio>

#include "artifacts/scalars.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/parse.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"
#include "cli/user_command.h"
#include "crypto/digest.h"
#include "crypto/password_hash.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate user hash alice --password-file secret.txt\n"
    "  pass show partners/alice | sealgate user hash alice --realm Orders --md5   # for a partner without SHA-256\n";

struct HashOptions {
  std::string name;
  std::string realm = "sealgate";
  std::string password_file = "-";
  bool md5 = false;
};

Result<std::string> digest_form(crypto::DigestAlgorithm algorithm, const HashOptions& options,
                                const Secret& password) {
  const Secret text = Secret::from_text(options.name + ':' + options.realm + ':' + std::string(password.text()));
  SG_TRY_ASSIGN(const auto value, crypto::digest(algorithm, text.view()));
  return to_hex(value.view());
}

Result<> print_entry(const HashOptions& options) {
  SG_TRY_ASSIGN(const Secret password, read_password_file(options.password_file));
  if (password.empty()) {
    return fail(kBadOption, "the password is empty", options.password_file, "put it into the first line");
  }
  if (options.name.empty() || options.name.find(':') != std::string::npos) {
    return fail(kBadOption, "the name of a user is not empty and has no colon", options.name, "choose another name");
  }
  SG_TRY_ASSIGN(const auto hash, crypto::hash_password(password.view()));
  SG_TRY_ASSIGN(const auto sha256, digest_form(crypto::DigestAlgorithm::Sha256, options, password));
  SG_TRY_ASSIGN(const auto md5, digest_form(crypto::DigestAlgorithm::Md5, options, password));
  std::printf("- name: %s\n  password: %s\n  digest_sha256: %s\n", artifacts::format_scalar(options.name).c_str(),
              artifacts::format_scalar(hash).c_str(), artifacts::format_scalar(sha256).c_str());
  if (options.md5) std::printf("  digest_md5: %s\n", artifacts::format_scalar(md5).c_str());
  return {};
}

}  // namespace

int run_user_hash(const Args& args) {
  CLI::App app{
      "Print the entry of a user for 'users' of a host, from the password in the first line of standard input or of "
      "a "
      "file"};
  configure_app(app, "sealgate user hash", kExamples);
  HashOptions options;
  app.add_option("NAME", options.name, "Of the user")->required();
  app.add_option("--realm", options.realm, "That of the host")->type_name("TEXT")->capture_default_str();
  app.add_option("--password-file", options.password_file,
                 "File whose first line is the password; - is standard input")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--md5", options.md5, "Also for Digest with MD5, whose digest anybody breaks who gets to see it");
  if (const auto status = parse(app, args)) return *status;
  const auto done = print_entry(options);
  return done ? 0 : print_error(done.error());
}

namespace {

constexpr std::array kMembers = {
    Command{"list", "List the users of the administration", run_user_list},
    Command{"invite", "Make a link with which somebody makes himself a user, once and within a day", run_user_invite},
    Command{"add", "Add a user of the administration", run_user_add},
    Command{"role", "Give a user other roles", run_user_role},
    Command{"password", "Give a user another password", run_user_password},
    Command{"totp", "Set up or remove the authenticator app of a user", run_user_totp},
    Command{"disable", "Let a user in no more", run_user_disable},
    Command{"enable", "Let him in again", run_user_enable},
    Command{"remove", "Remove a user with his sessions and tokens", run_user_remove},
    Command{"sessions", "List the sessions of a user, or end them", run_user_sessions},
    Command{"hash", "Print the entry of a user of a host, who comes in over HTTP, from a password", run_user_hash},
};

constexpr Family kFamily{
    "user", "Users of the administration, and of hosts", kMembers,
    "Roles: administrator, operator, partner-operator, security-officer, read-only.\n"
    "Users of a host, made by hash, are part of its document: sealgate get Host NAME -o yaml, sealgate apply."};

}  // namespace

int run_user(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
