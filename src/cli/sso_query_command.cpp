// sealgate sso list, show, audit.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/tracking_words.h"
#include "artifacts/scalars.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/sso_command.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"

namespace sealgate::cli {
namespace {

using credentials::ListedApplication;
using credentials::ListedMapping;
using nlohmann::ordered_json;

std::string tickets_of(const credentials::Application& application) {
  if (!application.allow_tickets) return "no";
  return application.validate_tickets ? "validated" : "redeemed";
}

std::string lifetime_of(const credentials::Application& application) {
  return application.ticket_lifetime ? artifacts::format_duration(*application.ticket_lifetime) : "as the group's";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

int list(const StoreChoice& where, const std::string& output) {
  const auto session = SsoSession::open(where);
  if (!session) return print_error(session.error());
  const auto all = (*session)->directory().applications();
  if (!all) return print_error(all.error());
  if (is_document(output)) {
    ordered_json document = ordered_json::array();
    for (const ListedApplication& listed : *all) document.push_back(admin::application_json(listed));
    print_document(document, output);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const ListedApplication& listed : *all) {
    const auto& application = listed.application;
    rows.push_back({application.name, std::string(credentials::to_string(application.type)),
                    application.enabled ? "yes" : "no", tickets_of(application), std::to_string(listed.mappings),
                    to_rfc3339(listed.changed), application.description});
  }
  print_table({"NAME", "TYPE", "ENABLED", "TICKETS", "MAPPINGS", "CHANGED", "DESCRIPTION"}, rows);
  return 0;
}

void print_application(const ListedApplication& listed) {
  const auto& application = listed.application;
  std::vector<std::string> fields;
  for (const auto& field : application.fields) fields.push_back(field.label + (field.masked ? " (masked)" : ""));
  print_field("Name", application.name);
  print_field("Type", std::string(credentials::to_string(application.type)));
  print_field("Enabled", application.enabled ? "yes" : "no", application.enabled ? Colour::None : Colour::Red);
  print_field("Fields", joined(fields));
  print_field("Tickets", tickets_of(application));
  if (application.allow_tickets) print_field("Life of tickets", lifetime_of(application));
  if (!application.administrators.empty()) print_field("Administrators", joined(application.administrators));
  print_field("Users", application.users.empty() ? "everyone who is mapped" : joined(application.users));
  if (!application.description.empty()) print_field("Description", application.description);
  if (!application.contact.empty()) print_field("Contact", application.contact);
  print_field("Changed", to_rfc3339(listed.changed));
}

std::string shown(const std::optional<std::string>& value) {
  return value ? *value : "(masked)";
}

int show(const StoreChoice& where, const std::string& name, const std::string& output) {
  const auto session = SsoSession::open(where);
  if (!session) return print_error(session.error());
  const auto listed = (*session)->directory().application(name);
  if (!listed) return print_error(listed.error());
  const auto mappings = (*session)->directory().mappings(name);
  if (!mappings) return print_error(mappings.error());
  const auto& fields = listed->application.fields;
  if (is_document(output)) {
    ordered_json document = admin::application_json(*listed);
    document["mappings"] = admin::mappings_json(listed->application, *mappings);
    print_document(document, output);
    return 0;
  }
  print_application(*listed);
  std::puts("");
  std::vector<std::string> headings{"PLACE", "PRINCIPAL"};
  for (const auto& field : fields) headings.push_back(field.label);
  headings.push_back("CHANGED");
  std::vector<std::vector<std::string>> rows;
  for (const ListedMapping& mapping : *mappings) {
    std::vector<std::string> row{mapping.place == 0 ? "-" : std::to_string(mapping.place), mapping.principal};
    for (const auto& value : mapping.values) row.push_back(shown(value));
    row.push_back(to_rfc3339(mapping.changed));
    rows.push_back(std::move(row));
  }
  print_table(headings, rows);
  return 0;
}

struct AuditOptions {
  StoreChoice where;
  std::string application, port, principal, outcome, from, until, output = "table";
  std::size_t limit = 200;
  bool changes = false;
  bool details = false;
};

Result<std::vector<messaging::TrackingRecord>> find_audit(const AuditOptions& options) {
  messaging::TrackingQuery query;
  SG_TRY_ASSIGN(query.from, optional_time(options.from, "--from"));
  SG_TRY_ASSIGN(query.until, optional_time(options.until, "--until"));
  query.event =
      options.changes ? messaging::TrackingEvent::CredentialsChanged : messaging::TrackingEvent::CredentialsAsked;
  query.port = options.port;
  for (const auto& [name, value] :
       {std::pair{std::string(store::kApplicationDetail), options.application},
        std::pair{std::string("principal"), options.principal}, std::pair{std::string("outcome"), options.outcome}}) {
    if (!value.empty()) query.details.emplace_back(name, value);
  }
  query.newest_first = true;
  SG_TRY_ASSIGN(const auto store, open_chosen_store(options.where, false));
  return admin::find_records(store->tracking(), query, options.limit);
}

}  // namespace

int run_sso_list(const Args& args) {
  CLI::App app("List the affiliate applications");
  configure_app(app, "sealgate sso list", "  sealgate sso list\n  sealgate sso list -o json\n");
  StoreChoice where;
  std::string output = "table";
  add_store_options(app, where);
  add_form_option(app, output);
  if (const auto status = parse(app, args)) return *status;
  return list(where, output);
}

int run_sso_show(const Args& args) {
  CLI::App app("Show one affiliate application and who is mapped. Masked values are never shown");
  configure_app(app, "sealgate sso show", "  sealgate sso show Contoso-ERP\n");
  StoreChoice where;
  std::string name;
  std::string output = "table";
  app.add_option("APPLICATION", name, "The application")->type_name("APPLICATION")->required();
  add_store_options(app, where);
  add_form_option(app, output);
  if (const auto status = parse(app, args)) return *status;
  return show(where, name, output);
}

int run_sso_audit(const Args& args) {
  CLI::App app(
      "Who looked up which credentials, the newest first. The records are part of the tracking log, which can be "
      "verified and is archived (sealgate tracking)");
  configure_app(app, "sealgate sso audit",
                "  sealgate sso audit --application Contoso-ERP --from 2026-11-01T00:00:00Z\n"
                "  sealgate sso audit --outcome credentials.no-mapping\n"
                "  sealgate sso audit --changes --details\n");
  AuditOptions options;
  add_store_options(app, options.where);
  app.add_option("--application", options.application, "Only of this application")->type_name("APPLICATION");
  app.add_option("--port", options.port, "Only by this send port")->type_name("SEND-PORT");
  app.add_option("--principal", options.principal, "Only of this user, account or party")->type_name("PRINCIPAL");
  app.add_option("--outcome", options.outcome, "Only with this outcome: ok, or the code of the error")
      ->type_name("CODE");
  app.add_option("--from", options.from, "Not before: 2026-11-21T07:00:00Z")->type_name("TIME");
  app.add_option("--until", options.until, "Before this time")->type_name("TIME");
  app.add_option("--limit", options.limit, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_flag("--changes", options.changes, "What administrators changed, instead of look-ups");
  app.add_flag("--details", options.details, "Everything that is known of each");
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  const auto found = find_audit(options);
  if (!found) return print_error(found.error());
  print_records(*found, !options.changes, options.details, options.output);
  return 0;
}

}  // namespace sealgate::cli
