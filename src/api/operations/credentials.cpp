// Affiliate applications: names and passwords at partners, and the master secret that seals them.

#include <nlohmann/json.hpp>

#include "admin/credential_desk.h"
#include "api/errors.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "artifacts/errors.h"
#include "store/common/credential_audit.h"

namespace sealgate::api {
namespace {

using credentials::Application;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

/// In the name of whoever asks. What it does goes into the tracking log; into the audit log by the way of every
/// change.
admin::CredentialDesk desk_of(const Shared& services, const Call& call) {
  store::Store& store = services->store();
  return {store, services->place().data, call.caller.who(),
          std::make_unique<store::CredentialAudit>(store.tracking_storage(), store.clock(), "api")};
}

net::HttpResponse nothing() {
  net::HttpResponse response;
  response.status = 204;
  return response;
}

std::string name_of(const Call& call) {
  return call.parameters.text_or_empty("name");
}

Result<Json> described(const Shared& services, const credentials::ListedApplication& listed) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  Json json = admin::application_json(listed);
  json["used_by"] = admin::ports_of_application(configuration->set, listed.application.name);
  return json;
}

Result<net::HttpResponse> answer_with(const Shared& services, admin::CredentialDesk& desk, const std::string& name,
                                      int status) {
  SG_TRY_ASSIGN(const auto listed, desk.directory().application(name));
  SG_TRY_ASSIGN(const Json json, described(services, listed));
  return json_answer(status, json);
}

Result<net::HttpResponse> list_applications(const Shared& services, Call& call) {
  auto desk = desk_of(services, call);
  SG_TRY_ASSIGN(const auto secret, desk.secrets(false).status());
  Json json{{"secret", admin::secret_json(secret)}, {"items", Json::array()}};
  if (secret.generation == 0) return json_answer(200, json);
  SG_TRY_ASSIGN(const auto all, desk.directory().applications());
  for (const auto& listed : all) {
    SG_TRY_ASSIGN(Json one, described(services, listed));
    json["items"].push_back(std::move(one));
  }
  return json_answer(200, json);
}

Result<net::HttpResponse> get_application(const Shared& services, Call& call) {
  auto desk = desk_of(services, call);
  SG_TRY_ASSIGN(const auto listed, desk.directory().application(name_of(call)));
  SG_TRY_ASSIGN(const auto mappings, desk.directory().mappings(name_of(call)));
  SG_TRY_ASSIGN(Json application, described(services, listed));
  return json_answer(200, {{"application", std::move(application)},
                           {"mappings", admin::mappings_json(listed.application, mappings)}});
}

template <typename T>
void take(const nlohmann::json& body, const char* name, std::optional<T>& value) {
  if (body.contains(name)) value = body.at(name).get<T>();
}

admin::ApplicationChange change_of(const nlohmann::json& body) {
  admin::ApplicationChange change;
  take(body, "description", change.description);
  take(body, "contact", change.contact);
  take(body, "enabled", change.enabled);
  take(body, "allow_tickets", change.allow_tickets);
  take(body, "validate_tickets", change.validate_tickets);
  take(body, "ticket_lifetime", change.ticket_lifetime);
  take(body, "administrators", change.administrators);
  take(body, "users", change.users);
  return change;
}

Result<net::HttpResponse> create_application(const Shared& services, Call& call) {
  const nlohmann::json& body = *call.json;
  Application application;
  application.name = body.at("name").get<std::string>();
  application.fields = {{"user", false}, {"password", true}};
  if (body.value("type", "individual") == "group") application.type = credentials::ApplicationType::Group;
  if (body.contains("fields")) {
    application.fields.clear();
    for (const auto& field : body.at("fields")) {
      application.fields.push_back({field.at("label").get<std::string>(), field.at("masked").get<bool>()});
    }
  }
  SG_TRY(admin::apply(change_of(body), application));
  auto desk = desk_of(services, call);
  SG_TRY(desk.directory().create(application));
  return answer_with(services, desk, application.name, 201);
}

Result<net::HttpResponse> update_application(const Shared& services, Call& call) {
  auto desk = desk_of(services, call);
  SG_TRY(admin::update_application(desk.directory(), name_of(call), change_of(*call.json)));
  return answer_with(services, desk, name_of(call), 200);
}

Result<net::HttpResponse> remove_application(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const auto ports = admin::ports_of_application(configuration->set, name_of(call));
  if (!ports.empty() && !call.parameters.flag("although-used")) {
    return fail(artifacts::kInUse, "send ports look up credentials there: " + ports.front(),
                "SendPort " + ports.front(),
                "take it out of their settings first; or remove it all the same with although-used");
  }
  auto desk = desk_of(services, call);
  SG_TRY(desk.directory().remove(name_of(call)));
  return json_answer(200, {{"name", name_of(call)}, {"used_by", ports}});
}

Result<net::HttpResponse> set_credentials(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto principal, credentials::parse_principal(call.parameters.text_or_empty("principal")));
  credentials::Mapping mapping;
  mapping.principal = principal.text();
  mapping.place = call.json->value("place", std::int64_t{0});
  for (const auto& value : call.json->at("values")) {
    mapping.values.push_back(Secret::from_text(value.get_ref<const std::string&>()));
  }
  auto desk = desk_of(services, call);
  SG_TRY(desk.directory().map(name_of(call), mapping));
  return nothing();
}

Result<net::HttpResponse> remove_credentials(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto principal, credentials::parse_principal(call.parameters.text_or_empty("principal")));
  auto desk = desk_of(services, call);
  SG_TRY(desk.directory().unmap(name_of(call), principal.text()));
  return nothing();
}

Result<net::HttpResponse> create_secret(const Shared& services, Call& call) {
  std::vector<std::string> accounts = call.json->value("accounts", std::vector<std::string>());
  if (accounts.empty()) {
    SG_TRY_ASSIGN(accounts, admin::accounts_of_hosts(services->store()));
  }
  auto desk = desk_of(services, call);
  SG_TRY_ASSIGN(const auto status, desk.secrets(true).create(accounts));
  return json_answer(201, admin::secret_json(status));
}

Result<net::HttpResponse> change_grant(const Shared& services, Call& call, bool grant) {
  const std::string account = call.parameters.text_or_empty("account");
  auto desk = desk_of(services, call);
  auto secrets = desk.secrets(grant);
  SG_TRY(grant ? secrets.grant(account) : secrets.revoke(account));
  SG_TRY_ASSIGN(const auto status, secrets.status());
  return json_answer(200, admin::secret_json(status));
}

Result<net::HttpResponse> get_settings(const Shared& services, Call& call) {
  auto desk = desk_of(services, call);
  SG_TRY_ASSIGN(const auto settings, desk.directory().settings());
  return json_answer(200, admin::ticket_settings_json(settings));
}

Result<net::HttpResponse> set_settings(const Shared& services, Call& call) {
  const nlohmann::json& body = *call.json;
  std::optional<std::chrono::milliseconds> lifetime;
  if (body.contains("ticket_lifetime")) {
    SG_TRY_ASSIGN(lifetime,
                  admin::ticket_lifetime_of(body.at("ticket_lifetime").get<std::string>(), "ticket_lifetime"));
  }
  auto desk = desk_of(services, call);
  SG_TRY(desk.directory().set([&](credentials::SystemSettings& now) {
    now.tickets = body.value("tickets", now.tickets);
    if (lifetime) now.ticket_lifetime = *lifetime;
  }));
  return get_settings(services, call);
}

}  // namespace

void add_credentials(Actions& actions, const Shared& services) {
  actions["listApplications"] = [services](Call& call) { return list_applications(services, call); };
  actions["getApplication"] = [services](Call& call) { return get_application(services, call); };
  actions["createApplication"] = [services](Call& call) { return create_application(services, call); };
  actions["updateApplication"] = [services](Call& call) { return update_application(services, call); };
  actions["removeApplication"] = [services](Call& call) { return remove_application(services, call); };
  actions["setCredentials"] = [services](Call& call) { return set_credentials(services, call); };
  actions["removeCredentials"] = [services](Call& call) { return remove_credentials(services, call); };
  actions["createMasterSecret"] = [services](Call& call) { return create_secret(services, call); };
  actions["grantMasterSecret"] = [services](Call& call) { return change_grant(services, call, true); };
  actions["revokeMasterSecret"] = [services](Call& call) { return change_grant(services, call, false); };
  actions["getTicketSettings"] = [services](Call& call) { return get_settings(services, call); };
  actions["setTicketSettings"] = [services](Call& call) { return set_settings(services, call); };
}

}  // namespace sealgate::api
