#include "api/operations/access_words.h"

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "api/door.h"
#include "api/problem.h"

namespace sealgate::api {

using Json = nlohmann::ordered_json;

Json words_of(access::Permissions permissions) {
  Json words = Json::array();
  for (const Permission one : access::kPermissions) {
    if (permissions.has(one)) words.push_back(to_string(one));
  }
  return words;
}

Json words_of(const std::vector<access::Role>& roles) {
  Json words = Json::array();
  for (const access::Role role : roles) words.push_back(to_string(role));
  return words;
}

std::vector<access::Role> roles_of(const nlohmann::json& words) {
  std::vector<access::Role> roles;
  for (const access::Role role : access::kRoles) {
    if (std::ranges::find(words, nlohmann::json(to_string(role))) != words.end()) roles.push_back(role);
  }
  return roles;
}

Json time_or_null(const std::optional<Time>& time) {
  return time && *time != Time() ? Json(to_rfc3339(*time)) : Json();
}

Json user_json(const access::User& user) {
  return {{"name", user.name},
          {"display_name", user.display_name},
          {"roles", words_of(user.roles)},
          {"disabled", user.disabled},
          {"authenticator", user.authenticator.has_value()},
          {"created", to_rfc3339(user.created)},
          {"changed", to_rfc3339(user.changed)},
          {"password_changed", time_or_null(user.password_changed)},
          {"last_sign_in", time_or_null(user.last_sign_in)}};
}

Json session_json(const access::Session& session, const std::string& own) {
  return {{"id", session.id},
          {"user", session.user},
          {"address", session.address},
          {"begun", to_rfc3339(session.created)},
          {"seen", to_rfc3339(session.seen)},
          {"until", to_rfc3339(session.until)},
          {"this", session.id == own}};
}

Json token_json(const access::Token& token) {
  return {{"name", token.name},
          {"scopes", words_of(token.scopes)},
          {"created", to_rfc3339(token.created)},
          {"until", to_rfc3339(token.until)},
          {"used", time_or_null(token.used)},
          {"used_from", token.used_from}};
}

std::string text_of(const Call& call, const char* name) {
  return call.json->value(name, "");
}

Result<access::Identity> identity_of(access::Gate& gate, const Call& call) {
  if (!call.caller.token().empty()) return access::Identity{call.caller, {}, {}, {}};
  return gate.identify_session(session_cookie(call.request), call.request.remote_address);
}

net::HttpResponse nothing() {
  net::HttpResponse response;
  response.status = 204;
  return response;
}

Result<net::HttpResponse> with_pause(access::Gate& gate, const Call& call, const std::string& user,
                                     Result<net::HttpResponse> done) {
  if (done || done.error().code != access::kTooManyAttempts) return done;
  SG_TRY_ASSIGN(const auto pause, gate.pause(user, call.request.remote_address));
  return problem_of(429, done.error(), {}, std::chrono::ceil<std::chrono::seconds>(pause));
}

}  // namespace sealgate::api
