#pragma once
// Users, roles and what was given out, as JSON. Nothing here opens anything.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "access/gate.h"
#include "api/call.h"

namespace sealgate::api {

nlohmann::ordered_json words_of(access::Permissions permissions);
nlohmann::ordered_json words_of(const std::vector<access::Role>& roles);
/// Of words that fit the description.
std::vector<access::Role> roles_of(const nlohmann::json& words);

nlohmann::ordered_json user_json(const access::User& user);
/// Of the session that asks, whose id it is; an empty one: by a token.
nlohmann::ordered_json session_json(const access::Session& session, const std::string& own);
nlohmann::ordered_json token_json(const access::Token& token);
/// null for none.
nlohmann::ordered_json time_or_null(const std::optional<Time>& time);

/// A text of the JSON body; "" when it is absent.
std::string text_of(const Call& call, const char* name);
/// Who asks, with the session; without one for a token.
Result<access::Identity> identity_of(access::Gate& gate, const Call& call);

/// 204.
net::HttpResponse nothing();
/// As attempts ask for it: 429 with Retry-After for this user from this address; other errors stay what they are.
Result<net::HttpResponse> with_pause(access::Gate& gate, const Call& call, const std::string& user,
                                     Result<net::HttpResponse> done);

}  // namespace sealgate::api
