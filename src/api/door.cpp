#include "api/door.h"

#include "api/errors.h"
#include "base/text.h"

namespace sealgate::api {
namespace {

constexpr std::size_t kMaxSubject = 500;

bool only_looks(const net::HttpRequest& request) {
  return request.method == "GET";
}

}  // namespace

std::string session_cookie(const net::HttpRequest& request) {
  for (const net::HttpHeader& field : request.headers) {
    if (!iequals(field.name, "Cookie")) continue;
    for (std::size_t at = 0; at < field.value.size();) {
      const std::size_t end = std::min(field.value.find(';', at), field.value.size());
      const std::string_view pair = trim(std::string_view(field.value).substr(at, end - at));
      at = end + 1;
      if (pair.starts_with(kSessionCookie) && pair.substr(kSessionCookie.size()).starts_with('=')) {
        return std::string(pair.substr(kSessionCookie.size() + 1));
      }
    }
  }
  return {};
}

std::string session_cookie_of(const std::string& value) {
  return std::string(kSessionCookie) + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Strict";
}

std::string ended_cookie() {
  return session_cookie_of({}) + "; Max-Age=0";
}

Result<> check_same_site(const net::HttpRequest& request) {
  const std::string* site = request.headers.find("Sec-Fetch-Site");
  const std::string* origin = request.headers.find("Origin");
  const std::string* host = request.headers.find("Host");
  const bool other_site = site != nullptr && *site != "same-origin" && *site != "none";
  const bool other_origin = origin != nullptr && (host == nullptr || !iequals(*origin, "https://" + *host));
  if (!other_site && !other_origin) return {};
  return fail(kForbidden, "a page of another site sent this", {}, "use the console of this gateway, or a token");
}

Result<access::Principal> Door::identify(const net::HttpRequest& request) {
  const std::string* authorization = request.headers.find("Authorization");
  constexpr std::string_view kBearer = "bearer ";
  if (authorization != nullptr && authorization->size() > kBearer.size() &&
      iequals(std::string_view(*authorization).substr(0, kBearer.size()), kBearer)) {
    const std::string token(trim(std::string_view(*authorization).substr(kBearer.size())));
    SG_TRY_ASSIGN(auto identity, gate_.identify_token(token, request.remote_address));
    return std::move(identity.principal);
  }
  const std::string cookie = session_cookie(request);
  if (cookie.empty()) {
    return fail(kNotSignedIn, "nobody is signed in", {}, "send a token: Authorization: Bearer sgt_…, or sign in");
  }
  SG_TRY_ASSIGN(auto identity, gate_.identify_session(cookie, request.remote_address));
  if (!only_looks(request)) {
    SG_TRY(check_same_site(request));
    const std::string* token = request.headers.find("X-CSRF-Token");
    SG_TRY(access::Gate::check_csrf(cookie, token == nullptr ? std::string() : *token));
  }
  return std::move(identity.principal);
}

std::chrono::milliseconds Door::admit(const net::HttpRequest& request, const access::Principal* who) {
  return who != nullptr ? gate_.admit(*who) : gate_.admit(request.remote_address);
}

Result<> Door::record(const access::Principal& who, const Act& act) {
  access::AuditAction action;
  action.action = act.action;
  action.object = act.subject.substr(0, kMaxSubject);
  return gate_.audit().record(who, std::move(action), act.outcome());
}

}  // namespace sealgate::api
