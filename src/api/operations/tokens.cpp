// Tokens of whoever is signed in, for his programs.

#include <nlohmann/json.hpp>

#include "api/errors.h"
#include "api/operations/access_words.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;

Result<net::HttpResponse> list_tokens(access::Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto tokens, gate.tokens().list(call.caller.name()));
  Json items = Json::array();
  for (const access::Token& token : tokens) items.push_back(token_json(token));
  return json_answer(200, {{"items", std::move(items)}});
}

Result<net::HttpResponse> create_token(access::Gate& gate, Call& call) {
  access::Permissions scopes;
  for (const auto& word : call.json->at("scopes")) {
    if (const auto one = access::parse_permission(word.get_ref<const std::string&>())) scopes.add(*one);
  }
  SG_TRY_ASSIGN(const Time until, parse_rfc3339(call.json->at("until").get_ref<const std::string&>()));
  const std::string name = call.json->at("name").get<std::string>();
  SG_TRY_ASSIGN(const auto issued, gate.tokens().create(call.caller, call.caller.name(), name, scopes, until));
  return json_answer(
      201,
      {{"name", name}, {"token", issued.secret}, {"scopes", words_of(scopes)}, {"until", to_rfc3339(issued.until)}});
}

Result<net::HttpResponse> revoke_token(access::Gate& gate, Call& call) {
  SG_TRY(gate.tokens().revoke(call.caller, call.caller.name(), call.parameters.text_or_empty("name")));
  return nothing();
}

}  // namespace

void add_tokens(Actions& actions, access::Gate& gate) {
  actions["listTokens"] = [&gate](Call& call) { return list_tokens(gate, call); };
  actions["createToken"] = [&gate](Call& call) { return create_token(gate, call); };
  actions["revokeToken"] = [&gate](Call& call) { return revoke_token(gate, call); };
}

}  // namespace sealgate::api
