// sealgate sso create, update, delete, map, unmap, settings.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "artifacts/scalars.h"
#include "cli/errors.h"
#include "cli/foresight.h"
#include "cli/key_files.h"
#include "cli/parse.h"
#include "cli/sso_command.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using credentials::Application;

/// What create and update have in common. Absent: as it is.
struct ApplicationOptions {
  StoreChoice where;
  std::string name;
  std::optional<std::string> description, contact, allow_tickets, validate_tickets, lifetime;
  std::optional<std::vector<std::string>> administrators, users;
};

void add_application_options(CLI::App& app, ApplicationOptions& options) {
  const auto on_or_off = CLI::IsMember({"on", "off"});
  app.add_option("APPLICATION", options.name, "The application")->type_name("APPLICATION")->required();
  add_store_options(app, options.where);
  app.add_option("--description", options.description, "What it is")->type_name("TEXT");
  app.add_option("--contact", options.contact, "Whom to ask")->type_name("TEXT");
  app.add_option("--allow-tickets", options.allow_tickets,
                 "The ticket of a message says in whose name credentials are looked up")
      ->type_name("on|off")
      ->check(on_or_off);
  app.add_option("--validate-tickets", options.validate_tickets,
                 "The ticket must be that of the message's originator; off: administrators redeem any")
      ->type_name("on|off")
      ->check(on_or_off);
  app.add_option("--ticket-lifetime", options.lifetime,
                 "From the issue of a ticket to its end, like 5m; 'group': as the group has it")
      ->type_name("TIME");
  app.add_option("--administrator", options.administrators,
                 "account:NAME that may redeem tickets without validation; replaces those that there are")
      ->type_name("PRINCIPAL");
  app.add_option(
         "--user", options.users,
         "In whose name it may be used: user:NAME, party:NAME, account:NAME, everyone. 'mapped': everyone who "
         "is mapped")
      ->type_name("PRINCIPAL");
}

admin::ApplicationChange change_of(const ApplicationOptions& options) {
  admin::ApplicationChange change;
  change.description = options.description;
  change.contact = options.contact;
  if (options.allow_tickets) change.allow_tickets = *options.allow_tickets == "on";
  if (options.validate_tickets) change.validate_tickets = *options.validate_tickets == "on";
  change.ticket_lifetime = options.lifetime;
  change.administrators = options.administrators;
  change.users = options.users;
  return change;
}

/// "password:masked".
credentials::Field parse_field(const std::string& text) {
  constexpr std::string_view kMasked = ":masked";
  const bool masked = text.ends_with(kMasked);
  return {masked ? text.substr(0, text.size() - kMasked.size()) : text, masked};
}

Result<> create(const ApplicationOptions& options, const std::vector<std::string>& fields, const std::string& type,
                bool disabled) {
  Application application;
  application.name = options.name;
  application.type = type == "group" ? credentials::ApplicationType::Group : credentials::ApplicationType::Individual;
  application.enabled = !disabled;
  for (const std::string& field : fields) application.fields.push_back(parse_field(field));
  SG_TRY(admin::apply(change_of(options), application));
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  return session->directory().create(application);
}

Result<> update(const ApplicationOptions& options, bool enable, bool disable) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  admin::ApplicationChange change = change_of(options);
  if (enable || disable) change.enabled = enable;
  return admin::update_application(session->directory(), options.name, change);
}

/// "application ERP added".
int done(const Result<>& result, const char* what, const std::string& name, const char* happened) {
  if (!result) return print_error(result.error());
  std::printf("%s %s %s\n", what, printable(name).c_str(), happened);
  return 0;
}

struct MapOptions {
  StoreChoice where;
  std::string application, principal, values = "-";
  std::int64_t place = 0;
};

Result<> map(const MapOptions& options) {
  credentials::Mapping mapping;
  SG_TRY_ASSIGN(const auto principal, credentials::parse_principal(options.principal));
  mapping.principal = principal.text();
  mapping.place = options.place;
  SG_TRY_ASSIGN(mapping.values, read_secret_lines(options.values));
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  return session->directory().map(options.application, mapping);
}

Result<> unmap(const MapOptions& options) {
  SG_TRY_ASSIGN(const auto principal, credentials::parse_principal(options.principal));
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  return session->directory().unmap(options.application, principal.text());
}

void add_mapping_options(CLI::App& app, MapOptions& options) {
  app.add_option("APPLICATION", options.application, "The application")->type_name("APPLICATION")->required();
  app.add_option("PRINCIPAL", options.principal, "user:NAME, account:NAME, party:NAME or everyone")
      ->type_name("PRINCIPAL")
      ->required();
  add_store_options(app, options.where);
}

struct SettingsOptions {
  StoreChoice where;
  std::string output = "table";
  std::optional<std::string> tickets, lifetime;
};

Result<credentials::SystemSettings> settings(const SettingsOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  std::optional<std::chrono::milliseconds> lifetime;
  if (options.lifetime) {
    SG_TRY_ASSIGN(lifetime, admin::ticket_lifetime_of(*options.lifetime, "--ticket-lifetime"));
  }
  if (options.tickets || lifetime) {
    SG_TRY(session->directory().set([&](credentials::SystemSettings& now) {
      if (options.tickets) now.tickets = *options.tickets == "on";
      if (lifetime) now.ticket_lifetime = *lifetime;
    }));
  }
  return session->directory().settings();
}

}  // namespace

int run_sso_create(const Args& args) {
  CLI::App app("Add an affiliate application. Its name, type and fields never change");
  configure_app(app, "sealgate sso create",
                "  sealgate sso create Contoso-ERP --type group --field user --field password:masked\n"
                "  sealgate sso create Portal --field user --field password:masked --allow-tickets on\n");
  ApplicationOptions options;
  std::vector<std::string> fields{"user", "password:masked"};
  std::string type = "individual";
  bool disabled = false;
  add_application_options(app, options);
  app.add_option("--field", fields,
                 "A field: LABEL, or LABEL:masked for what nobody is shown. The first is the user's name, the first "
                 "masked one the password")
      ->type_name("LABEL[:masked]")
      ->capture_default_str();
  app.add_option("--type", type, "individual: everyone has an account there; group: accounts in an order")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"individual", "group"}))
      ->capture_default_str();
  app.add_flag("--disabled", disabled, "It gives nothing out until it is enabled");
  if (const auto status = parse(app, args)) return *status;
  return done(create(options, fields, type, disabled), "application", options.name, "added");
}

int run_sso_update(const Args& args) {
  CLI::App app("Change an affiliate application; what is not named stays");
  configure_app(app, "sealgate sso update",
                "  sealgate sso update Contoso-ERP --disable\n"
                "  sealgate sso update Portal --ticket-lifetime 1h --user 'user:CONTOSO\\alice'\n");
  ApplicationOptions options;
  bool enable = false;
  bool disable = false;
  add_application_options(app, options);
  app.add_flag("--enable", enable, "It gives out credentials")
      ->excludes(app.add_flag("--disable", disable, "It gives out nothing"));
  if (const auto status = parse(app, args)) return *status;
  return done(update(options, enable, disable), "application", options.name, "changed");
}

int run_sso_delete(const Args& args) {
  CLI::App app("Remove an affiliate application with all its mappings");
  configure_app(app, "sealgate sso delete", "  sealgate sso delete Contoso-ERP\n");
  StoreChoice where;
  std::string name;
  app.add_option("APPLICATION", name, "The application")->type_name("APPLICATION")->required();
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto session = SsoSession::open(where);
  if (!session) return print_error(session.error());
  return done((*session)->directory().remove(name), "application", name, "removed");
}

int run_sso_map(const Args& args) {
  CLI::App app("Set the credentials of a user, account or party: one line for each field, in their order");
  configure_app(app, "sealgate sso map",
                "  printf 'sealgate\\nsecret\\n' | sealgate sso map Contoso-ERP account:default\n"
                "  sealgate sso map Contoso-ERP party:Fabrikam --values-file fabrikam --place 1\n");
  MapOptions options;
  add_mapping_options(app, options);
  app.add_option("--values-file", options.values, "File with the values; - is standard input")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--place", options.place,
                 "Of a group application: the place in its order, 1 first; others are pushed back")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, credentials::kMaxGroupAccounts));
  if (const auto status = parse(app, args)) return *status;
  return done(map(options), "credentials of", options.principal, "set");
}

int run_sso_unmap(const Args& args) {
  CLI::App app("Remove the credentials of a user, account or party");
  configure_app(app, "sealgate sso unmap", "  sealgate sso unmap Contoso-ERP party:Fabrikam\n");
  MapOptions options;
  add_mapping_options(app, options);
  if (const auto status = parse(app, args)) return *status;
  return done(unmap(options), "credentials of", options.principal, "removed");
}

int run_sso_settings(const Args& args) {
  CLI::App app("Show what holds for all applications, or change it");
  configure_app(app, "sealgate sso settings",
                "  sealgate sso settings\n  sealgate sso settings --tickets on --ticket-lifetime 10m\n");
  SettingsOptions options;
  add_store_options(app, options.where);
  app.add_option("--tickets", options.tickets, "Whether receive locations may give tickets")
      ->type_name("on|off")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--ticket-lifetime", options.lifetime, "How long a ticket is good, like 2m")->type_name("TIME");
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  const auto now = settings(options);
  if (!now) return print_error(now.error());
  const std::string lifetime = artifacts::format_duration(now->ticket_lifetime);
  if (is_document(options.output)) {
    print_document(admin::ticket_settings_json(*now), options.output);
  } else {
    print_field("Tickets", now->tickets ? "on" : "off");
    print_field("Life of tickets", lifetime);
  }
  return 0;
}

}  // namespace sealgate::cli
