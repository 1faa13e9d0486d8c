// Who asks, signing in and out, and the description itself.

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "api/door.h"
#include "api/errors.h"
#include "api/operations/access_words.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;

Json session_json(const access::Principal& who) {
  return {{"name", who.name()},
          {"token", who.token()},
          {"roles", words_of(who.roles())},
          {"permissions", words_of(who.rights())}};
}

net::HttpResponse signed_in(const access::SignedIn& in) {
  Json json = session_json(in.principal);
  json["csrf"] = in.csrf;
  json["until"] = to_rfc3339(in.until);
  auto response = json_answer(200, json);
  response.headers.add("Set-Cookie", session_cookie_of(in.cookie));
  return response;
}

Result<net::HttpResponse> sign_in(access::Gate& gate, Call& call) {
  SG_TRY(check_same_site(call.request));
  access::SignInRequest request;
  request.name = text_of(call, "name");
  request.password = Secret::from_text(text_of(call, "password"));
  request.code = text_of(call, "code");
  request.address = call.request.remote_address;
  SG_TRY_ASSIGN(const auto in, gate.sign_in(request));
  return signed_in(in);
}

/// Whoever holds an invitation makes himself a user.
Result<net::HttpResponse> accept_invitation(access::Gate& gate, Call& call) {
  SG_TRY(check_same_site(call.request));
  access::NewUser user;
  user.name = text_of(call, "name");
  SG_TRY_ASSIGN(const auto in,
                gate.accept(text_of(call, "invitation"), user, Secret::from_text(text_of(call, "password")),
                            call.request.remote_address));
  return signed_in(in);
}

Result<net::HttpResponse> get_session(access::Gate& gate, Call& call) {
  Json json = session_json(call.caller);
  const std::string cookie = session_cookie(call.request);
  if (call.caller.token().empty() && !cookie.empty()) {
    SG_TRY_ASSIGN(const auto identity, gate.identify_session(cookie, call.request.remote_address));
    json["csrf"] = identity.csrf;
    json["until"] = to_rfc3339(identity.until);
  }
  return json_answer(200, json);
}

Result<net::HttpResponse> sign_out(access::Gate& gate, Call& call) {
  SG_TRY(gate.sign_out(session_cookie(call.request), call.request.remote_address));
  net::HttpResponse response = nothing();
  response.headers.add("Set-Cookie", ended_cookie());
  return response;
}

}  // namespace

void add_session(Actions& actions, access::Gate& gate) {
  actions["getDescription"] = [](Call&) -> Result<net::HttpResponse> {
    return answer(200, "application/yaml", std::string(description_text()));
  };
  actions["getSession"] = [&gate](Call& call) { return get_session(gate, call); };
  actions["signIn"] = [&gate](Call& call) {
    return with_pause(gate, call, text_of(call, "name"), sign_in(gate, call));
  };
  actions["acceptInvitation"] = [&gate](Call& call) { return accept_invitation(gate, call); };
  actions["signOut"] = [&gate](Call& call) { return sign_out(gate, call); };
}

Actions make_actions(const std::shared_ptr<Services>& services, const Live& live, access::Gate& gate) {
  Actions actions;
  add_session(actions, gate);
  add_tokens(actions, gate);
  add_users(actions, gate);
  add_profile(actions, gate);
  add_audit_log(actions, services, gate);
  add_artifacts(actions, services, live);
  add_apply(actions, services);
  add_revisions(actions, services);
  add_ports(actions, services, live);
  add_status(actions, services, live, gate);
  add_figures(actions, services);
  add_filters(actions, services);
  add_messages(actions, services);
  add_suspended(actions, services);
  add_tracking(actions, services);
  add_certificates(actions, services);
  add_import(actions, services);
  add_crls(actions, services);
  add_rollover(actions, services);
  add_probe(actions, services);
  add_credentials(actions, services);
  add_foresight(actions, services);
  return actions;
}

}  // namespace sealgate::api
