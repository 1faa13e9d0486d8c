// sealgate sso: names and passwords at partners.

#include "cli/sso_command.h"

#include <array>

#include "artifacts/scalars.h"
#include "cli/audit_trail.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "cli/subcommands.h"
#include "store/common/commit_point.h"

namespace sealgate::cli {
namespace {

constexpr std::array kMembers = {
    Command{"list", "List the affiliate applications", run_sso_list},
    Command{"show", "Show one application and who is mapped, without what is masked", run_sso_show},
    Command{"create", "Add an affiliate application", run_sso_create},
    Command{"update", "Change an application: who may use it, tickets, on and off", run_sso_update},
    Command{"delete", "Remove an application with its mappings", run_sso_delete},
    Command{"map", "Set the credentials of a user, account or party", run_sso_map},
    Command{"unmap", "Remove them", run_sso_unmap},
    Command{"settings", "Show or change what holds for all: tickets and their life", run_sso_settings},
    Command{"audit", "Who looked up what, and what was changed by whom", run_sso_audit},
    Command{"secret", "The master secret: create, grant, rotate, back up, restore", run_sso_secret},
};

constexpr Family kFamily{
    "sso", "Names and passwords at partners (single sign-on)", kMembers,
    "A send port names an affiliate application; at each attempt the name and the password are looked up\n"
    "in it. All of it is sealed by a master secret: begin with 'sealgate sso secret create'."};

credentials::AccountKeySource keys_in(const std::string& data) {
  return [data](const std::string& account) { return store::read_account_key(data, account); };
}

}  // namespace

Result<> SsoAudit::record(const credentials::AuditEntry& entry) {
  SG_TRY(tracking_.record(entry));
  if (entry.event != credentials::AuditEntry::Event::Change) return {};
  const std::string object = entry.application.empty() ? "group" : "application " + entry.application;
  return cli::record(store_, {{"credentials.change", object, {}, {}, entry.details}}, entry.outcome);
}

SsoSession::SsoSession(std::unique_ptr<store::Store> store, std::string data)
    : store_(std::move(store)),
      data_(std::move(data)),
      audit_(*store_),
      keyring_(keys_in(data_)),
      directory_(store_->credentials(), keyring_, audit_, store_->clock(), unix_user()) {}

Result<std::unique_ptr<SsoSession>> SsoSession::open(const StoreChoice& choice) {
  SG_TRY_ASSIGN(auto store, open_chosen_store(choice, false));
  return std::unique_ptr<SsoSession>(new SsoSession(std::move(store), choice.data));
}

Result<certificates::AccountKey> SsoSession::held_key(const std::string& account, bool make) {
  // A key that is made where another computer has the account's own would open nothing there.
  if (!make) SG_TRY(store::read_account_key(data_, account));
  SG_TRY_ASSIGN(auto held, store::hold_account_key(data_, account));
  auto key = held.key.clone();
  held_.push_back(std::move(held));
  return key;
}

credentials::MasterSecrets SsoSession::secrets(bool make_keys) {
  return credentials::MasterSecrets(
      store_->credentials(), keys_in(data_),
      [this, make_keys](const std::string& account) { return held_key(account, make_keys); }, audit_, store_->clock(),
      unix_user(), store::commit_point);
}

void add_form_option(CLI::App& app, std::string& output) {
  app.add_option("-o", output, "Form of the output: table or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

Result<std::chrono::milliseconds> parse_lifetime(const std::string& text, const std::string& option) {
  if (const auto duration = artifacts::parse_duration(text)) return *duration;
  return fail(kBadOption, "'" + text + "' is no length of time", option, "write it like 90s, 5m, 2h or 1d");
}

int run_sso(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
