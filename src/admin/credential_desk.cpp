#include "admin/credential_desk.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "artifacts/scalars.h"
#include "credentials/errors.h"
#include "store/common/commit_point.h"

namespace sealgate::admin {

using credentials::Application;
using nlohmann::ordered_json;

namespace {

credentials::AccountKeySource keys_in(const std::string& data) {
  return [data](const std::string& account) { return store::read_account_key(data, account); };
}

std::string application_of(const artifacts::SendTransport& transport) {
  if (const auto* sftp = std::get_if<artifacts::SftpSendSettings>(&transport)) return sftp->affiliate_application;
  const auto* http = artifacts::http_settings(transport);
  return http == nullptr ? std::string() : http->affiliate_application;
}

}  // namespace

CredentialDesk::CredentialDesk(store::Store& store, std::string data, std::string by,
                               std::unique_ptr<credentials::Auditor> auditor)
    : store_(store),
      data_(std::move(data)),
      by_(std::move(by)),
      auditor_(std::move(auditor)),
      keyring_(keys_in(data_)),
      directory_(store_.credentials(), keyring_, *auditor_, store_.clock(), by_) {}

Result<certificates::AccountKey> CredentialDesk::held_key(const std::string& account, bool make) {
  // A key that is made where another computer has the account's own would open nothing there.
  if (!make) SG_TRY(store::read_account_key(data_, account));
  SG_TRY_ASSIGN(auto held, store::hold_account_key(data_, account));
  auto key = held.key.clone();
  held_.push_back(std::move(held));
  return key;
}

credentials::MasterSecrets CredentialDesk::secrets(bool make_keys) {
  return credentials::MasterSecrets(
      store_.credentials(), keys_in(data_),
      [this, make_keys](const std::string& account) { return held_key(account, make_keys); }, *auditor_,
      store_.clock(), by_, store::commit_point);
}

Result<std::chrono::milliseconds> ticket_lifetime_of(const std::string& text, const std::string& where) {
  if (const auto duration = artifacts::parse_duration(text)) return *duration;
  return fail(credentials::kBadSetting, "'" + text + "' is no length of time", where,
              "write it like 90s, 5m, 2h or 1d");
}

Result<> apply(const ApplicationChange& change, Application& application) {
  if (change.description) application.description = *change.description;
  if (change.contact) application.contact = *change.contact;
  if (change.enabled) application.enabled = *change.enabled;
  if (change.allow_tickets) application.allow_tickets = *change.allow_tickets;
  if (change.validate_tickets) application.validate_tickets = *change.validate_tickets;
  if (change.ticket_lifetime == "group") {
    application.ticket_lifetime.reset();
  } else if (change.ticket_lifetime) {
    SG_TRY_ASSIGN(application.ticket_lifetime, ticket_lifetime_of(*change.ticket_lifetime, "ticket_lifetime"));
  }
  if (change.administrators) {
    SG_TRY_ASSIGN(application.administrators, credentials::make_principal_list(*change.administrators));
  }
  if (change.users == std::vector<std::string>{"mapped"}) {
    application.users.clear();
  } else if (change.users) {
    SG_TRY_ASSIGN(application.users, credentials::make_principal_list(*change.users));
  }
  return {};
}

Result<> update_application(credentials::Directory& directory, const std::string& name,
                            const ApplicationChange& change) {
  Application probe;
  SG_TRY(apply(change, probe));
  return directory.update(name, [&](Application& application) {
    (void)apply(change, application);  // it held for the probe
  });
}

Result<std::vector<std::string>> accounts_of_hosts(store::Store& store) {
  SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
  std::set<std::string> accounts;
  for (const auto& host : snapshot.set.hosts) accounts.insert(host.account);
  if (accounts.empty()) accounts.insert("default");
  return std::vector<std::string>(accounts.begin(), accounts.end());
}

std::vector<std::string> ports_of_application(const artifacts::ArtifactSet& set, const std::string& application) {
  std::vector<std::string> ports;
  for (const artifacts::SendPort& port : set.send_ports) {
    if (application_of(port.transport) == application ||
        (port.backup && application_of(port.backup->transport) == application)) {
      ports.push_back(port.name);
    }
  }
  return ports;
}

ordered_json application_json(const credentials::ListedApplication& listed) {
  const Application& application = listed.application;
  ordered_json fields = ordered_json::array();
  for (const auto& field : application.fields) fields.push_back({{"label", field.label}, {"masked", field.masked}});
  ordered_json json{{"name", application.name},
                    {"type", credentials::to_string(application.type)},
                    {"description", application.description},
                    {"contact", application.contact},
                    {"enabled", application.enabled},
                    {"fields", fields},
                    {"allow_tickets", application.allow_tickets},
                    {"validate_tickets", application.validate_tickets},
                    {"ticket_lifetime", nullptr},
                    {"administrators", application.administrators},
                    {"users", application.users},
                    {"mappings", listed.mappings},
                    {"changed", to_rfc3339(listed.changed)}};
  if (application.ticket_lifetime) {
    json["ticket_lifetime"] = artifacts::format_duration(*application.ticket_lifetime);
  }
  return json;
}

ordered_json mappings_json(const Application& application, const std::vector<credentials::ListedMapping>& mappings) {
  ordered_json all = ordered_json::array();
  for (const credentials::ListedMapping& mapping : mappings) {
    ordered_json values = ordered_json::object();
    for (std::size_t i = 0; i < mapping.values.size(); ++i) {
      values[application.fields[i].label] = mapping.values[i] ? ordered_json(*mapping.values[i]) : ordered_json();
    }
    all.push_back({{"principal", mapping.principal},
                   {"place", mapping.place},
                   {"values", values},
                   {"changed", to_rfc3339(mapping.changed)}});
  }
  return all;
}

ordered_json secret_json(const credentials::SecretStatus& status) {
  return {{"generation", status.generation},
          {"id", status.id},
          {"made", status.generation == 0 ? "" : to_rfc3339(status.made)},
          {"accounts", status.accounts},
          {"being_changed", status.being_changed}};
}

ordered_json ticket_settings_json(const credentials::SystemSettings& settings) {
  return {{"tickets", settings.tickets}, {"ticket_lifetime", artifacts::format_duration(settings.ticket_lifetime)}};
}

}  // namespace sealgate::admin
