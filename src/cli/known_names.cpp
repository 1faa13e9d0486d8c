#include "cli/known_names.h"

#include <functional>
#include <map>

#include "access/principal.h"
#include "access/user.h"
#include "access/users.h"
#include "api/operations/artifact_changes.h"
#include "artifacts/artifacts.h"
#include "certificates/certificate_store.h"
#include "cli/api_client.h"
#include "cli/user_command.h"

namespace sealgate::cli {
namespace {

using Names = std::vector<std::pair<std::string, std::string>>;
using artifacts::Kind;

/// Of what grows without end, as many as somebody looks through.
constexpr std::size_t kMost = 200;

Names words_of(std::initializer_list<const char*> words) {
  Names names;
  for (const char* word : words) names.emplace_back(word, "");
  return names;
}

Names kinds(bool with_all) {
  Names names;
  for (const Kind kind : artifacts::kAllKinds) names.emplace_back(to_string(kind), "");
  if (with_all) names.emplace_back("all", "Every kind");
  return names;
}

template <typename Values>
Names words_of_all(const Values& values) {
  Names names;
  for (const auto value : values) names.emplace_back(to_string(value), "");
  return names;
}

/// What needs no store.
std::optional<Names> fixed_names(const NamesQuery& query) {
  static const std::map<std::string, std::function<Names()>, std::less<>> kFixed = {
      {"KIND", [] { return kinds(false); }},
      {"KIND|all", [] { return kinds(true); }},
      {"STATES",
       [] {
         return words_of({"ready", "active", "retrying", "scheduled", "suspended", "completed", "terminated", "all"});
       }},
      {"WORK",
       [] {
         return words_of({"receive", "route", "send", "respond", "receipt", "await"});
       }},
      {"CERT-STORE|STORE", [] { return words_of_all(certificates::kAllStoreNames); }},
      {"STORE",
       [] {
         return words_of({"sqlite", "postgresql://"});
       }},
      {"ROLE", [] { return words_of_all(access::kRoles); }},
      {"PERMISSION", [] { return words_of_all(access::kPermissions); }},
      {"on|off",
       [] {
         return words_of({"on", "off"});
       }},
      {"PERIOD",
       [] {
         return words_of({"7d", "30d", "90d"});
       }},
  };
  const auto fixed = kFixed.find(query.value);
  if (fixed == kFixed.end()) return std::nullopt;
  return fixed->second();
}

/// Where names are looked up through the API's lists, and by which of their fields.
struct Source {
  std::string path;
  std::vector<std::pair<std::string, std::string>> filters = {};
  const char* name = "name";
};

std::vector<Source> artifacts_of(std::initializer_list<Kind> kinds) {
  std::vector<Source> sources;
  for (const Kind kind : kinds) sources.push_back({"/artifacts" + segment(api::path_of(kind))});
  return sources;
}

std::vector<Source> sources_of(const NamesQuery& query) {
  const std::string& value = query.value;
  if (value == "ARTIFACT") {
    const auto kind = query.arguments.empty() ? std::nullopt : artifacts::parse_kind(query.arguments.front());
    return kind ? artifacts_of({*kind}) : std::vector<Source>{};
  }
  if (value == "SEND-PORT") return artifacts_of({Kind::SendPort});
  if (value == "PORT") return artifacts_of({Kind::SendPort, Kind::ReceivePort});
  if (value == "GROUP") return artifacts_of({Kind::SendPortGroup});
  if (value == "PARTY") return artifacts_of({Kind::Party});
  if (value == "AGREEMENT") return artifacts_of({Kind::Agreement});
  if (value == "ACCOUNT") return artifacts_of({Kind::Host});
  if (value == "LOCATION") return {{"/receive-locations"}};
  if (value == "THUMBPRINT") return {{"/certificates", {}, "thumbprint"}};
  if (value == "ID") return {{"/messages", {}, "id"}};
  return {};
}

std::string text_of(const Json& item, const char* name) {
  const auto field = item.find(name);
  return field != item.end() && field->is_string() ? field->get<std::string>() : std::string();
}

/// A few words on one of a list.
std::string meaning_of(const Json& item) {
  if (item.contains("state") && item.contains("message"))
    return text_of(item, "state") + " at " + text_of(item, "port");
  if (item.contains("store")) return text_of(item, "name") + ", " + text_of(item, "store");
  if (item.contains("address")) return "of " + text_of(item, "port");
  const std::string description = text_of(item, "description");
  return description.empty() ? text_of(item, "kind") : description;
}

Result<Names> looked_up(const NamesQuery& query, const Place& place) {
  const auto sources = sources_of(query);
  if (sources.empty()) return Names{};
  SG_TRY_ASSIGN(const auto api, ApiClient::open(place));
  Names names;
  for (const Source& source : sources) {
    bool more = false;
    SG_TRY_ASSIGN(const auto items, api->items({"GET", source.path, source.filters}, kMost, more));
    for (const Json& item : items) {
      std::string name = text_of(item, query.value == "ACCOUNT" ? "account" : source.name);
      // Thumbprints are shown in groups; one word is easier to type.
      if (query.value == "THUMBPRINT") std::erase(name, ' ');
      if (name.empty() && query.value == "ACCOUNT") name = "default";
      names.emplace_back(std::move(name), meaning_of(item));
    }
  }
  return names;
}

Result<Names> user_names(const StoreChoice& where) {
  SG_TRY_ASSIGN(const auto session, AccessSession::open(where));
  SG_TRY_ASSIGN(const auto users, session.gate->users().list());
  Names names;
  for (const access::User& user : users) names.emplace_back(user.name, to_string(user.roles));
  return names;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> known_names(const NamesQuery& query) {
  if (auto fixed = fixed_names(query)) return std::move(*fixed);
  Place place{default_store_choice(), default_api_choice()};
  bool names_store = false;
  for (const auto& [name, value] : query.options) {
    const bool is_url = value == "sqlite" || value.find("://") != std::string::npos;
    if (name == "--data") place.store.data = value;
    if (name == "--store" && is_url) place.store.url = value;
    names_store = names_store || name == "--data" || (name == "--store" && is_url);
    if (name == "--api") place.api.url = value;
    if (name == "--token-file") place.api.token_file = value;
    if (name == "--ca-file") place.api.ca_file = value;
    if (name == "--fingerprint") place.api.fingerprint = value;
  }
  if (names_store) place.api.url.clear();
  auto names = query.value == "USER" ? user_names(place.store) : looked_up(query, place);
  if (!names) return {};
  return std::move(*names);
}

}  // namespace sealgate::cli
