// What everybody does for himself: password, authenticator, sessions.

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "access/totp.h"
#include "api/door.h"
#include "api/operations/access_words.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using access::Gate;

Secret secret_of(const Call& call, const char* name) {
  return Secret::from_text(text_of(call, name));
}

Result<net::HttpResponse> get_profile(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto user, gate.users().find(call.caller.name()));
  return json_answer(200, user_json(user));
}

Result<net::HttpResponse> change_password(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY(gate.change_password(who, secret_of(call, "password"), secret_of(call, "new_password")));
  net::HttpResponse response = nothing();
  response.headers.add("Set-Cookie", ended_cookie());
  return response;
}

Result<net::HttpResponse> begin_authenticator(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY_ASSIGN(const std::string uri, gate.begin_authenticator(who, secret_of(call, "password")));
  constexpr std::string_view kSecret = "secret=";
  const std::size_t at = uri.find(kSecret) + kSecret.size();
  return json_answer(201, {{"uri", uri}, {"secret", uri.substr(at, uri.find('&', at) - at)}});
}

Result<net::HttpResponse> confirm_authenticator(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY(gate.confirm_authenticator(who, secret_of(call, "password"), text_of(call, "code")));
  return nothing();
}

Result<net::HttpResponse> remove_authenticator(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY(gate.drop_authenticator(who, secret_of(call, "password"), text_of(call, "code")));
  return nothing();
}

Result<net::HttpResponse> list_own_sessions(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY_ASSIGN(const auto sessions, gate.sessions_of(call.caller.name()));
  Json items = Json::array();
  for (const access::Session& one : sessions) items.push_back(session_json(one, who.session));
  return json_answer(200, {{"items", std::move(items)}});
}

Result<net::HttpResponse> end_own_sessions(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  const bool others = call.parameters.flag("others");
  SG_TRY(gate.sessions().end_all(call.caller, call.caller.name(), others ? who.session : std::string()));
  net::HttpResponse response = nothing();
  if (!others) response.headers.add("Set-Cookie", ended_cookie());
  return response;
}

Result<net::HttpResponse> end_own_session(Gate& gate, Call& call) {
  const std::string id = call.parameters.text_or_empty("session");
  SG_TRY_ASSIGN(const auto sessions, gate.sessions().list(call.caller.name()));
  if (std::ranges::find(sessions, id, &access::Session::id) == sessions.end()) {
    return fail(access::kNoSuchSession, "you have no such session, or it has ended", "session",
                "see GET /profile/sessions");
  }
  SG_TRY(gate.sessions().end(call.caller, id));
  return nothing();
}

}  // namespace

void add_profile(Actions& actions, access::Gate& gate) {
  const auto add = [&](const char* id, Result<net::HttpResponse> (*action)(Gate&, Call&)) {
    actions[id] = [&gate, action](Call& call) {
      return with_pause(gate, call, call.caller.name(), action(gate, call));
    };
  };
  add("getProfile", get_profile);
  add("changePassword", change_password);
  add("beginAuthenticator", begin_authenticator);
  add("confirmAuthenticator", confirm_authenticator);
  add("removeAuthenticator", remove_authenticator);
  add("listOwnSessions", list_own_sessions);
  add("endOwnSessions", end_own_sessions);
  add("endOwnSession", end_own_session);
}

}  // namespace sealgate::api
