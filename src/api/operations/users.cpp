// Users of the administration: what administrators and security officers do with them.

#include <nlohmann/json.hpp>

#include "api/operations/access_words.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using access::Gate;

Result<net::HttpResponse> list_roles(Gate&, Call&) {
  Json items = Json::array();
  for (const access::Role role : access::kRoles) {
    items.push_back({{"role", to_string(role)},
                     {"title", access::title(role)},
                     {"permissions", words_of(access::permissions_of(role))}});
  }
  return json_answer(200, {{"items", std::move(items)}});
}

Result<net::HttpResponse> list_users(Gate& gate, Call&) {
  SG_TRY_ASSIGN(const auto users, gate.users().list());
  Json items = Json::array();
  for (const access::User& user : users) items.push_back(user_json(user));
  return json_answer(200, {{"items", std::move(items)}});
}

Result<net::HttpResponse> get_user(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto user, gate.users().find(call.parameters.text_or_empty("name")));
  return json_answer(200, user_json(user));
}

Result<net::HttpResponse> create_user(Gate& gate, Call& call) {
  const access::NewUser wanted{text_of(call, "name"), text_of(call, "display_name"),
                               roles_of(call.json->at("roles"))};
  SG_TRY_ASSIGN(const auto user, gate.users().add(call.caller, wanted, Secret::from_text(text_of(call, "password"))));
  return json_answer(201, user_json(user));
}

Result<net::HttpResponse> remove_user(Gate& gate, Call& call) {
  SG_TRY(gate.users().remove(call.caller, call.parameters.text_or_empty("name")));
  return nothing();
}

Result<net::HttpResponse> set_roles(Gate& gate, Call& call) {
  SG_TRY(
      gate.users().set_roles(call.caller, call.parameters.text_or_empty("name"), roles_of(call.json->at("roles"))));
  return get_user(gate, call);
}

Result<net::HttpResponse> set_state(Gate& gate, Call& call) {
  SG_TRY(gate.users().set_disabled(call.caller, call.parameters.text_or_empty("name"),
                                   call.json->at("disabled").get<bool>()));
  return get_user(gate, call);
}

Result<net::HttpResponse> set_display_name(Gate& gate, Call& call) {
  SG_TRY(gate.users().set_display_name(call.caller, call.parameters.text_or_empty("name"),
                                       text_of(call, "display_name")));
  return get_user(gate, call);
}

Result<net::HttpResponse> remove_authenticator(Gate& gate, Call& call) {
  SG_TRY(gate.users().remove_authenticator(call.caller, call.parameters.text_or_empty("name")));
  return nothing();
}

net::HttpResponse issued_answer(const access::Issued& issued) {
  return json_answer(
      201,
      {{"id", issued.id}, {"path", access::invitation_link({}, issued.secret)}, {"until", to_rfc3339(issued.until)}});
}

Result<net::HttpResponse> create_password_link(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto issued,
                gate.users().invite_to_new_password(call.caller, call.parameters.text_or_empty("name")));
  return issued_answer(issued);
}

Result<net::HttpResponse> create_invitation(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto issued, gate.users().invite(call.caller, roles_of(call.json->at("roles"))));
  return issued_answer(issued);
}

Json user_or_null(const access::Invitation& invitation) {
  return invitation.user.empty() ? Json() : Json(invitation.user);
}

Result<net::HttpResponse> list_invitations(Gate& gate, Call&) {
  SG_TRY_ASSIGN(const auto invitations, gate.users().invitations());
  Json items = Json::array();
  for (const access::Invitation& one : invitations) {
    items.push_back({{"id", one.id},
                     {"user", user_or_null(one)},
                     {"roles", words_of(one.roles)},
                     {"by", one.by},
                     {"created", to_rfc3339(one.created)},
                     {"until", to_rfc3339(one.until)}});
  }
  return json_answer(200, {{"items", std::move(items)}});
}

Result<net::HttpResponse> withdraw_invitation(Gate& gate, Call& call) {
  SG_TRY(gate.users().withdraw_invitation(call.caller, call.parameters.text_or_empty("invitation")));
  return nothing();
}

Result<net::HttpResponse> describe_invitation(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto found, gate.users().find_invitation(text_of(call, "invitation")));
  return json_answer(
      200, {{"user", user_or_null(found)}, {"roles", words_of(found.roles)}, {"until", to_rfc3339(found.until)}});
}

Result<net::HttpResponse> end_user_sessions(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto user, gate.users().find(call.parameters.text_or_empty("name")));
  SG_TRY(gate.sessions().end_all(call.caller, user.name));
  return nothing();
}

Result<net::HttpResponse> end_session(Gate& gate, Call& call) {
  SG_TRY(gate.sessions().end(call.caller, call.parameters.text_or_empty("session")));
  return nothing();
}

Result<net::HttpResponse> revoke_user_token(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto user, gate.users().find(call.parameters.text_or_empty("name")));
  SG_TRY(gate.tokens().revoke(call.caller, user.name, call.parameters.text_or_empty("token")));
  return nothing();
}

/// The part of a list in memory that a call asks for; where the next one begins is its cursor.
template <typename Item, typename Show>
Result<Json> page_of(const Call& call, const std::vector<Item>& all, const Show& show) {
  SG_TRY_ASSIGN(const std::int64_t place, cursor_number(call, 0));
  const std::size_t begin = std::min(static_cast<std::size_t>(std::max<std::int64_t>(place, 0)), all.size());
  const std::size_t end = std::min(begin + limit_of(call), all.size());
  Json json{{"items", Json::array()}};
  for (std::size_t at = begin; at < end; ++at) json["items"].push_back(show(all[at]));
  if (end < all.size()) json["next"] = make_cursor(call, std::to_string(end));
  return json;
}

Result<net::HttpResponse> list_sessions(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto who, identity_of(gate, call));
  SG_TRY_ASSIGN(const auto sessions, gate.sessions_of(call.parameters.text_or_empty("user")));
  SG_TRY_ASSIGN(const Json page,
                page_of(call, sessions, [&](const auto& one) { return session_json(one, who.session); }));
  return json_answer(200, page);
}

Result<net::HttpResponse> list_issued_tokens(Gate& gate, Call& call) {
  SG_TRY_ASSIGN(auto tokens, gate.tokens().list(call.parameters.text_or_empty("user")));
  SG_TRY_ASSIGN(const auto users, gate.users().list());
  std::ranges::sort(tokens, {}, [](const access::Token& one) { return std::tie(one.owner, one.name); });
  const auto show = [&](const access::Token& token) {
    const auto owner = std::ranges::find(users, token.owner, &access::User::name);
    const bool may = owner != users.end() && !owner->disabled;
    Json json{{"owner", token.owner}};
    json.update(token_json(token));
    json["allowed"] = words_of(may ? token.scopes & access::permissions_of(owner->roles) : access::Permissions());
    return json;
  };
  SG_TRY_ASSIGN(const Json page, page_of(call, tokens, show));
  return json_answer(200, page);
}

}  // namespace

void add_users(Actions& actions, access::Gate& gate) {
  const auto add = [&](const char* id, Result<net::HttpResponse> (*action)(Gate&, Call&)) {
    actions[id] = [&gate, action](Call& call) { return action(gate, call); };
  };
  add("listRoles", list_roles);
  add("listUsers", list_users);
  add("getUser", get_user);
  add("createUser", create_user);
  add("removeUser", remove_user);
  add("setUserRoles", set_roles);
  add("setUserState", set_state);
  add("setUserDisplayName", set_display_name);
  add("removeUserAuthenticator", remove_authenticator);
  add("createPasswordLink", create_password_link);
  add("createInvitation", create_invitation);
  add("listInvitations", list_invitations);
  add("withdrawInvitation", withdraw_invitation);
  add("describeInvitation", describe_invitation);
  add("endUserSessions", end_user_sessions);
  add("endSession", end_session);
  add("revokeUserToken", revoke_user_token);
  add("listSessions", list_sessions);
  add("listIssuedTokens", list_issued_tokens);
}

}  // namespace sealgate::api
