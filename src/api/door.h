#pragma once
// The gate of access/ as the API's gatekeeper: bearer tokens of programs, session cookies of browsers.
//
// A change by a session needs the token of that session in X-CSRF-Token, and must not come from a page of another
// site (Origin, Sec-Fetch-Site).

#include "access/gate.h"
#include "api/gatekeeper.h"

namespace sealgate::api {

/// "__Host-": browsers take it by TLS and from this host alone.
inline constexpr std::string_view kSessionCookie = "__Host-sealgate";

class Door final : public Gatekeeper {
 public:
  explicit Door(access::Gate& gate) : gate_(gate) {}
  Result<access::Principal> identify(const net::HttpRequest& request) override;
  std::chrono::milliseconds admit(const net::HttpRequest& request, const access::Principal* who) override;
  Result<> record(const access::Principal& who, const Act& act) override;

 private:
  access::Gate& gate_;
};

/// The value of the session cookie; "" when there is none.
std::string session_cookie(const net::HttpRequest& request);
/// Set-Cookie for the session that it opens, and for one that has ended.
std::string session_cookie_of(const std::string& value);
std::string ended_cookie();
/// api.forbidden when a page of another site sent it.
Result<> check_same_site(const net::HttpRequest& request);

}  // namespace sealgate::api
