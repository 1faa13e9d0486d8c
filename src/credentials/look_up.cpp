#include "credentials/look_up.h"

#include <algorithm>

#include "credentials/errors.h"
#include "credentials/mapping.h"
#include "credentials/ticket.h"

namespace sealgate::credentials {
namespace {

std::string account_principal(const LookUp& request) {
  return Principal{PrincipalKind::Account, request.account}.text();
}

/// What is found out on the way, for the record.
struct Trail {
  std::string ticket_user = {};
  std::string principal = {};
};

const SealedRecord* application_record(const Contents& contents) {
  const auto found = std::ranges::find_if(
      contents.records, [](const SealedRecord& record) { return record.key.kind == RecordKind::Application; });
  return found == contents.records.end() ? nullptr : &*found;
}

tl::unexpected<Error> no_such_application(const std::string& name) {
  return fail(kNoSuchApplication, "there is no such affiliate application", {},
              "create it with 'sealgate sso create " + name + "', or name another on the port; then resume");
}

Result<> check_ticket(const Application& application, const LookUp& request, const Ticket& ticket, Time now) {
  const Time expires = application.ticket_lifetime ? ticket.issued + *application.ticket_lifetime : ticket.expires;
  if (now >= expires) {
    return fail(kTicketExpired, "the ticket of the message expired at " + to_rfc3339(expires), {},
                "have it sent again, or give the application a longer life of tickets (sealgate sso update " +
                    application.name + " --ticket-lifetime) and resume");
  }
  if (application.validate_tickets) {
    if (!request.originator.empty() && request.originator == ticket.user) return {};
    return fail(kWrongOriginator, "the ticket is not that of the user whose message it is", {},
                "a ticket goes with its own message only: look what put it there");
  }
  if (std::ranges::find(application.administrators, account_principal(request)) != application.administrators.end()) {
    return {};
  }
  return fail(kNotAnAdministrator, "the account of the sending host may not redeem tickets without validation", {},
              "make " + account_principal(request) +
                  " an administrator of the application, or have it validate "
                  "tickets; then resume");
}

/// In whose names it may be asked, the most particular first.
Result<std::vector<std::string>> principals_of(const Application& application, const LookUp& request,
                                               const Secrets& secrets, const Contents& contents, Time now,
                                               Trail& trail) {
  const bool group = application.type == ApplicationType::Group;
  std::vector<std::string> principals;
  if (application.allow_tickets && !request.ticket.empty()) {
    SG_TRY_ASSIGN(const Ticket ticket, open_ticket(secrets, contents, request.ticket));
    trail.ticket_user = ticket.user;
    SG_TRY(check_ticket(application, request, ticket, now));
    principals.push_back(Principal{PrincipalKind::User, ticket.user}.text());
  } else {
    principals.push_back(account_principal(request));
  }
  if (group && !request.party.empty()) principals.push_back(Principal{PrincipalKind::Party, request.party}.text());
  if (group) principals.push_back(Principal{}.text());
  return principals;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

Result<> check_users(const Application& application, const std::vector<std::string>& principals) {
  if (application.users.empty()) return {};
  for (const std::string& principal : principals) {
    if (std::ranges::binary_search(application.users, principal)) return {};
  }
  return fail(kNotAUser, "none of " + joined(principals) + " may use the application", {},
              "add one to its users (sealgate sso update " + application.name + " --user), then resume");
}

tl::unexpected<Error> no_mapping(const Application& application, const std::vector<std::string>& principals) {
  return fail(kNoMapping, "there are no credentials for " + joined(principals), {},
              "set them with 'sealgate sso map " + application.name + " " + principals.front() + "', then resume");
}

Result<ExternalCredentials> take(const Application& application, const Secrets& secrets, const SealedRecord& record) {
  SG_TRY_ASSIGN(const Secret content, secrets.open(record));
  SG_TRY_ASSIGN(std::vector<Secret> values, decode_values(content.view()));
  const auto password = application.password_field();
  if (!password) {
    return fail(kNoPasswordField, "the application has no masked field, so there is no password", {},
                "make an application with a masked field, and name it on the port; then resume");
  }
  if (values.size() != application.fields.size()) {
    return fail(kDamaged, "a mapping has another number of values than its application has fields", {},
                "set the credentials of " + record.key.name + " again");
  }
  ExternalCredentials external;
  external.user = std::string(values.front().text());
  external.password = std::make_shared<const Secret>(std::move(values[*password]));
  return external;
}

Result<ExternalCredentials> find(Storage& storage, Keyring& keyring, const LookUp& request, Time now, Trail& trail) {
  // The application says in whose names it may be asked, so there are two views. Neither is of use without the
  // secrets that came with it.
  SG_TRY_ASSIGN(const Contents first, storage.read({request.application, std::vector<std::string>()}));
  SG_TRY_ASSIGN(const Secrets secrets, keyring.open(first, request.account));
  const SealedRecord* record = application_record(first);
  if (record == nullptr) return no_such_application(request.application);
  SG_TRY_ASSIGN(const Secret content, secrets.open(*record));
  SG_TRY_ASSIGN(const Application application, decode_application(content.view()));
  if (!application.enabled) {
    return fail(kApplicationDisabled, "the affiliate application is disabled", {},
                "enable it with 'sealgate sso update " + application.name + " --enable', then resume");
  }
  SG_TRY_ASSIGN(const auto principals, principals_of(application, request, secrets, first, now, trail));
  SG_TRY(check_users(application, principals));
  SG_TRY_ASSIGN(const Contents second, storage.read({request.application, principals}));
  for (const SealedRecord& mapping : second.records) {
    if (mapping.key.kind != RecordKind::Mapping) continue;
    trail.principal = mapping.key.name;
    SG_TRY_ASSIGN(const Secrets those, keyring.open(second, request.account));
    return take(application, those, mapping);
  }
  return no_mapping(application, principals);
}

}  // namespace

Service::Service(Storage& storage, AccountKeySource account_keys, Auditor& auditor, const Clock& clock)
    : storage_(storage), keyring_(std::move(account_keys)), auditor_(auditor), clock_(clock) {}

Result<ExternalCredentials> Service::look_up(const LookUp& request) {
  Trail trail;
  auto found = find(storage_, keyring_, request, clock_.now(), trail);
  AuditEntry entry;
  entry.application = request.application;
  entry.outcome = found ? "ok" : std::string(found.error().code.id);
  entry.port = request.port;
  entry.message = request.message;
  entry.party = request.party;
  entry.details.emplace_back("account", request.account);
  if (!trail.principal.empty()) entry.details.emplace_back("principal", trail.principal);
  if (!trail.ticket_user.empty()) entry.details.emplace_back("ticket", trail.ticket_user);
  // Without a record there are no credentials.
  SG_TRY(auditor_.record(entry));
  if (found) return found;
  Error error = std::move(found.error());
  error = std::move(error).at("affiliate application " + request.application);
  return fail(std::move(error).at("send port " + request.port));
}

Result<std::string> Service::issue_ticket(const std::string& account, const std::string& user) {
  if (user.empty()) {
    return fail(kNobodyAuthenticated, "the location gives tickets, and nobody was authenticated", {},
                "have the location authenticate its senders, or remove issue_sso_ticket; then resume");
  }
  SG_TRY_ASSIGN(const Contents contents, storage_.read({}));
  SystemSettings settings;
  std::optional<Secrets> secrets;
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::System) continue;
    SG_TRY_ASSIGN(secrets, keyring_.open(contents, account));
    SG_TRY_ASSIGN(const Secret content, secrets->open(record));
    SG_TRY_ASSIGN(settings, decode_settings(content.view()));
  }
  if (!settings.tickets) {
    return fail(kTicketsOff, "the location gives tickets, and tickets are off", {},
                "turn them on with 'sealgate sso settings --tickets on', or remove issue_sso_ticket; then resume");
  }
  const Time now = clock_.now();
  return seal_ticket(*secrets, Ticket{user, now, now + settings.ticket_lifetime});
}

}  // namespace sealgate::credentials
