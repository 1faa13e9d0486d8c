#pragma once
// The door of the administration: who are you, and may you? One object for a process; a server binds it so:
//
//   access::Gate gate(store.access(), store.clock());
//   // POST /session
//   auto in = gate.sign_in({name, password, code, peer_address});   // Set-Cookie: in->cookie; the body has in->csrf
//   // any request: the cookie, or "Authorization: Bearer sgt_…"
//   auto who = gate.identify_session(cookie, peer_address);         // or identify_token(bearer, peer_address)
//   if (who && changes_something && !who->session.empty()) SG_TRY(gate.check_csrf(cookie, x_csrf_token));
//   SG_TRY(access::require(who->principal, Permission::Operate));   // the operation's x-permission
//   ...
//   gate.audit().record(who->principal, {"message.resume", "message " + id}, outcome);
//
// An error's status is answer_of(error) (errors.h); for Answer::TooMany, pause() gives Retry-After. A session cookie
// is to be Secure, HttpOnly and SameSite=Strict. A request with a bearer token needs no CSRF token.

#include <condition_variable>
#include <mutex>

#include "access/attempts.h"
#include "access/audit_log.h"
#include "access/rate_limiter.h"
#include "access/sessions.h"
#include "access/users.h"

namespace sealgate::access {

struct GateOptions {
  std::chrono::minutes idle{30};          ///< a session ends when nothing came for so long
  std::chrono::minutes longest{12 * 60};  ///< and after that in any case
  std::size_t at_once = 2;                ///< passwords looked at at the same time: 19 MiB each
  std::size_t waiting = 32;               ///< sign-ins that wait for that; more are access.too-busy
  RateLimit per_user{100, 1000};          ///< requests of one user, or of one of his tokens
  RateLimit per_network{20, 200};         ///< requests from one network by nobody who is known
};

struct SignInRequest {
  std::string name = {};
  Secret password = {};
  std::string code = {};  ///< of the authenticator; empty: none
  std::string address = {};
};

struct SignedIn {
  Principal principal;
  std::string cookie = {};  ///< opens the session; nobody else knows it
  std::string csrf = {};    ///< to be sent with every request that changes something
  Time until = {};          ///< at the latest
};

struct Identity {
  Principal principal;
  std::string session = {};  ///< id of its record, which opens nothing; empty: a token
  std::string csrf = {};     ///< as in SignedIn; empty: a token
  Time until = {};
};

/// Thread-safe.
class Gate {
 public:
  /// Both must outlive it.
  Gate(Storage& storage, const Clock& clock, GateOptions options = {});

  /// access.wrong-password, access.code-needed (then again with a code), access.wrong-code, access.too-many-attempts,
  /// access.too-busy. The answer to a wrong password and to an unknown user is the same, in words and in time.
  Result<SignedIn> sign_in(const SignInRequest& request);
  /// access.not-signed-in. `address` is where the request comes from.
  Result<Identity> identify_session(const std::string& cookie, const std::string& address);
  Result<Identity> identify_token(const std::string& bearer, const std::string& address);
  /// access.bad-csrf-token. Computed from the cookie, without the store: identify the session as well.
  static Result<> check_csrf(const std::string& cookie, const std::string& token);
  /// Ends the session; none is no error.
  Result<> sign_out(const std::string& cookie, const std::string& address);
  /// How long the next sign_in() must wait; zero: not at all.
  Result<std::chrono::milliseconds> pause(const std::string& name, const std::string& address);

  /// Before anything is done for a request: how long it must wait, zero for not at all. Whoever is known counts by
  /// himself, and each of his tokens; everybody else by his network.
  std::chrono::milliseconds admit(const Principal& who) { return per_user_.take(who.who(), clock_.now()); }
  std::chrono::milliseconds admit(const std::string& address) {
    return per_network_.take(network_of(address), clock_.now());
  }

  /// Those of a user that still open something, or of everybody for an empty name; the last used first.
  Result<std::vector<Session>> sessions_of(const std::string& user);

  /// When there is no user yet: an invitation for the first administrator, to be printed. Each call makes another.
  Result<std::optional<Issued>> first_invitation();
  /// Makes the user and signs him in. access.bad-invitation, access.bad-name, access.weak-password,
  /// access.user-exists.
  Result<SignedIn> accept(const std::string& invitation, const NewUser& user, const Secret& password,
                          const std::string& address);

  // What everybody does for himself, signed in with a session: a token is access.not-allowed. Wrong passwords count
  // as attempts to sign in.
  /// Ends all his sessions. access.wrong-password, access.weak-password.
  Result<> change_password(const Identity& who, const Secret& old_password, const Secret& new_password);
  /// For the app: totp_uri(). Not asked for before it is confirmed. access.authenticator-exists.
  Result<std::string> begin_authenticator(const Identity& who, const Secret& password);
  /// With a code of the app: from now on it is asked for. access.wrong-code, access.no-authenticator.
  Result<> confirm_authenticator(const Identity& who, const Secret& password, const std::string& code);
  Result<> drop_authenticator(const Identity& who, const Secret& password, const std::string& code);

  Users& users() { return users_; }
  Sessions& sessions() { return sessions_; }
  Tokens& tokens() { return tokens_; }
  AuditLog& audit() { return audit_; }

 private:
  class Slot;
  Result<StoredUser> check_password(const std::string& name, const Secret& password, const std::string& address);
  Result<SignedIn> begin_session(StoredUser stored, const SignInRequest& request);
  Result<std::optional<SignedIn>> put_session(StoredUser& stored, const SignInRequest& request);
  Result<> room_for_a_session(const std::string& user, Change& change);
  Result<> own(const Identity& who, const char* action, const Secret& password,
               const std::function<Result<>(User&, Change&)>& alter);
  tl::unexpected<Error> refuse(const std::string& known_user, const std::string& address, Error error);
  void purge_now_and_then();

  Storage& storage_;
  const Clock& clock_;
  GateOptions options_;
  Changer changer_;
  Attempts attempts_;
  Users users_;
  Sessions sessions_;
  Tokens tokens_;
  AuditLog audit_;
  RateLimiter per_user_, per_network_;
  std::mutex mutex_;
  std::condition_variable slot_free_;
  std::size_t busy_ = 0, waiting_ = 0;
  Time purged_ = {};
};

}  // namespace sealgate::access
