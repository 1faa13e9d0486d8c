// sealgate sso: names and passwords at partners.

#include "cli/sso_command.h"

#include <array>

#include "cli/audit_trail.h"
#include "cli/parse.h"
#include "cli/subcommands.h"

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

}  // namespace

Result<> SsoAudit::record(const credentials::AuditEntry& entry) {
  SG_TRY(tracking_.record(entry));
  if (entry.event != credentials::AuditEntry::Event::Change) return {};
  const std::string object = entry.application.empty() ? "group" : "application " + entry.application;
  return cli::record(store_, {{"credentials.change", object, {}, {}, entry.details}}, entry.outcome);
}

SsoSession::SsoSession(std::unique_ptr<store::Store> store, const std::string& data)
    : store_(std::move(store)), desk_(*store_, data, unix_user(), std::make_unique<SsoAudit>(*store_)) {}

Result<std::unique_ptr<SsoSession>> SsoSession::open(const StoreChoice& choice) {
  SG_TRY_ASSIGN(auto store, open_chosen_store(choice, false));
  return std::unique_ptr<SsoSession>(new SsoSession(std::move(store), choice.data));
}

int run_sso(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
