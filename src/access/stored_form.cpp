// Records as they are stored: JSON objects on one line.

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "access/issued.h"
#include "access/user.h"

namespace sealgate::access {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

Time time_of(const Json& value) {
  return Time(std::chrono::milliseconds(value.get<std::int64_t>()));
}

/// The store's columns hold id, owner and end; these need not be in the content.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Bytes octets_of(const Json& value) {
  Bytes bytes;
  for (const Json& one : value) bytes.push_back(one.get<Byte>());
  return bytes;
}

Json json_of(const Authenticator& one) {
  return {{"sealed", one.sealed}, {"salt", one.salt}, {"last_step", one.last_step}};
}

Authenticator authenticator_of(const Json& json) {
  return {octets_of(json.at("sealed")), octets_of(json.at("salt")), json.at("last_step").get<std::int64_t>()};
}

std::vector<Role> roles_of(const Json& words) {
  std::vector<Role> roles;
  for (const Json& word : words) {
    // A role that a newer program knows gives nothing here.
    if (const auto role = parse_role(word.get<std::string>())) roles.push_back(*role);
  }
  return roles;
}

Json words_of(const std::vector<Role>& roles) {
  Json words = Json::array();
  for (const Role role : roles) words.push_back(to_string(role));
  return words;
}

template <typename Read>
auto reading(const Record& record, const Read& read) -> Result<decltype(read(Json()))> {
  try {
    return read(Json::parse(record.content));
  } catch (const Json::exception&) {
    return fail(kDamaged, "what the store keeps of a " + std::string(to_string(record.key.kind)) + " is damaged",
                record.key.kind == RecordKind::User ? record.key.id : std::string(),
                "restore the store from a backup, or remove it and make it anew");
  }
}

}  // namespace

Record to_record(const User& user) {
  Json json;
  json["display_name"] = user.display_name;
  json["roles"] = words_of(user.roles);
  json["disabled"] = user.disabled;
  json["password"] = user.password_hash;
  if (user.authenticator) json["authenticator"] = json_of(*user.authenticator);
  if (user.pending) json["pending"] = json_of(*user.pending);
  json["created"] = milliseconds(user.created);
  json["changed"] = milliseconds(user.changed);
  json["password_changed"] = milliseconds(user.password_changed);
  if (user.last_sign_in) json["last_sign_in"] = milliseconds(*user.last_sign_in);
  return {{RecordKind::User, user.name}, {}, {}, text_of(json)};
}

Result<User> read_user(const Record& record) {
  return reading(record, [&](const Json& json) {
    User user;
    user.name = record.key.id;
    user.display_name = json.at("display_name").get<std::string>();
    user.roles = roles_of(json.at("roles"));
    user.disabled = json.at("disabled").get<bool>();
    user.password_hash = json.at("password").get<std::string>();
    if (json.contains("authenticator")) user.authenticator = authenticator_of(json.at("authenticator"));
    if (json.contains("pending")) user.pending = authenticator_of(json.at("pending"));
    user.created = time_of(json.at("created"));
    user.changed = time_of(json.at("changed"));
    user.password_changed = time_of(json.at("password_changed"));
    if (json.contains("last_sign_in")) user.last_sign_in = time_of(json.at("last_sign_in"));
    return user;
  });
}

Record to_record(const Session& session) {
  Json json;
  json["address"] = session.address;
  json["created"] = milliseconds(session.created);
  json["seen"] = milliseconds(session.seen);
  return {{RecordKind::Session, session.id}, session.user, session.until, text_of(json)};
}

Result<Session> read_session(const Record& record) {
  return reading(record, [&](const Json& json) {
    Session session{record.key.id, record.owner, json.at("address").get<std::string>()};
    session.created = time_of(json.at("created"));
    session.seen = time_of(json.at("seen"));
    session.until = record.until.value_or(Time());
    return session;
  });
}

Record to_record(const Token& token) {
  Json json;
  json["name"] = token.name;
  json["scopes"] = Json::array();
  for (const Permission one : kPermissions) {
    if (token.scopes.has(one)) json["scopes"].push_back(to_string(one));
  }
  json["created"] = milliseconds(token.created);
  if (token.used) {
    json["used"] = milliseconds(*token.used);
    json["used_from"] = token.used_from;
  }
  return {{RecordKind::Token, token.id}, token.owner, token.until, text_of(json)};
}

Result<Token> read_token(const Record& record) {
  return reading(record, [&](const Json& json) {
    Token token{record.key.id, json.at("name").get<std::string>(), record.owner};
    for (const Json& word : json.at("scopes")) {
      if (const auto one = parse_permission(word.get<std::string>())) token.scopes.add(*one);
    }
    token.created = time_of(json.at("created"));
    token.until = record.until.value_or(Time());
    if (json.contains("used")) {
      token.used = time_of(json.at("used"));
      token.used_from = json.at("used_from").get<std::string>();
    }
    return token;
  });
}

Record to_record(const Invitation& invitation) {
  Json json;
  json["roles"] = words_of(invitation.roles);
  json["by"] = invitation.by;
  json["created"] = milliseconds(invitation.created);
  return {{RecordKind::Invitation, invitation.id}, invitation.user, invitation.until, text_of(json)};
}

Result<Invitation> read_invitation(const Record& record) {
  return reading(record, [&](const Json& json) {
    Invitation invitation{record.key.id, roles_of(json.at("roles")), json.at("by").get<std::string>()};
    invitation.created = time_of(json.at("created"));
    invitation.until = record.until.value_or(Time());
    invitation.user = record.owner;
    return invitation;
  });
}

}  // namespace sealgate::access
