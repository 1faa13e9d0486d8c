#include "access/gate.h"

#include <algorithm>

#include "access/errors.h"
#include "access/secrets.h"
#include "access/totp.h"
#include "base/text.h"
#include "crypto/constant_time.h"
#include "crypto/password_hash.h"

namespace sealgate::access {
namespace {

constexpr std::chrono::minutes kPurgeEvery{10};
/// What was seen is written once in this time.
constexpr std::chrono::minutes kSeenEvery{1};

/// Of nobody's password, as costly as a user's: who is not there takes as long as who is.
constexpr const char* kNobodysHash =
    "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGdhdGUgbm9ib2R5IQ$6lQ3zr0Yl3pT9lqk2m0bB8wqfVtq0mQ0cVJ1m0w2s8Y";

Error wrong_password() {
  return {kWrongPassword, "the name or the password is wrong", "", "try again"};
}

Error wrong_code() {
  return {kWrongCode, "the code is wrong, or was used before", "", "wait for the next code of the app"};
}

tl::unexpected<Error> not_signed_in() {
  return fail(kNotSignedIn, "this needs somebody who is signed in", "",
              "sign in, or send a token that is not expired");
}

/// The name under which he is counted and looked for; one that nobody can have as it is.
std::string counted_name(const std::string& name) {
  return parse_user_name(name).value_or(ascii_lower(name.substr(0, 4 * kMaxUserName)));
}

/// Marks the code as used. access.wrong-code.
Result<> use_code(Authenticator& authenticator, const std::string& user, const Secret& password,
                  const std::string& code, Time now) {
  SG_TRY_ASSIGN(const Secret secret, open_authenticator(authenticator, password, user));
  SG_TRY_ASSIGN(const auto step, match_totp(secret.view(), code, now, authenticator.last_step));
  if (!step) return fail(wrong_code());
  authenticator.last_step = *step;
  return {};
}

}  // namespace

/// One of the places in which a password is looked at.
class Gate::Slot {
 public:
  static Result<std::unique_ptr<Slot>> take(Gate& gate) {
    std::unique_lock lock(gate.mutex_);
    if (gate.busy_ >= gate.options_.at_once) {
      if (gate.waiting_ >= gate.options_.waiting) {
        return fail(kTooBusy, "too many people sign in at the same time", "", "try again in some seconds");
      }
      ++gate.waiting_;
      gate.slot_free_.wait(lock, [&] { return gate.busy_ < gate.options_.at_once; });
      --gate.waiting_;
    }
    ++gate.busy_;
    return std::make_unique<Slot>(gate);
  }
  explicit Slot(Gate& gate) : gate_(gate) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    {
      const std::lock_guard lock(gate_.mutex_);
      --gate_.busy_;
    }
    gate_.slot_free_.notify_one();
  }

 private:
  Gate& gate_;
};

Gate::Gate(Storage& storage, const Clock& clock, GateOptions options)
    : storage_(storage),
      clock_(clock),
      options_(options),
      changer_(storage, clock),
      attempts_(storage, clock),
      users_(changer_),
      sessions_(changer_),
      tokens_(changer_),
      audit_(storage, clock),
      per_user_(options.per_user),
      per_network_(options.per_network) {}

tl::unexpected<Error> Gate::refuse(const std::string& known_user, const std::string& address, Error error) {
  const Principal nobody({}, {}, address);
  // The answer is the same whether it could be recorded or not. A name that nobody has may be a password that was
  // typed into the wrong field: it is not written down.
  (void)audit_.record(nobody,
                      {"session.begin", known_user.empty() ? "unknown user" : "user " + known_user, {}, {}, {}},
                      error.code.id);
  return fail(std::move(error));
}

Result<StoredUser> Gate::check_password(const std::string& name, const Secret& password, const std::string& address) {
  const std::string counted = counted_name(name);
  SG_TRY(attempts_.begin(counted, address));
  std::optional<StoredUser> stored;
  if (const auto parsed = parse_user_name(name)) {
    SG_TRY_ASSIGN(stored, load_user(storage_, *parsed));
  }
  const bool has_password = stored && !stored->user.password_hash.empty();
  bool right = false;
  {
    const auto slot = Slot::take(*this);
    if (!slot) {
      (void)attempts_.take_back(counted, address);
      return fail(slot.error());
    }
    right = password.size() <= kMaxPassword &&
            crypto::verify_password(has_password ? stored->user.password_hash : std::string(kNobodysHash),
                                    password.view());
  }
  if (right && has_password && !stored->user.disabled) return std::move(*stored);
  return refuse(stored ? stored->user.name : std::string(), address, wrong_password());
}

Result<SignedIn> Gate::sign_in(const SignInRequest& request) {
  purge_now_and_then();
  SG_TRY_ASSIGN(StoredUser stored, check_password(request.name, request.password, request.address));
  if (stored.user.authenticator && request.code.empty()) {
    SG_TRY(attempts_.take_back(stored.user.name, request.address));
    return fail(kCodeNeeded, "the code of your authenticator app is needed", "", "send it with name and password");
  }
  return begin_session(std::move(stored), request);
}

Result<SignedIn> Gate::begin_session(StoredUser stored, const SignInRequest& request) {
  const std::string hash = stored.user.password_hash;
  for (int round = 0; round < 20; ++round) {
    if (stored.user.authenticator) {
      const auto used =
          use_code(*stored.user.authenticator, stored.user.name, request.password, request.code, clock_.now());
      if (!used) return refuse(stored.user.name, request.address, used.error());
    }
    SG_TRY_ASSIGN(auto begun, put_session(stored, request));
    if (begun) return std::move(*begun);
    // Somebody changed the user, or he signed in elsewhere, at this moment.
    SG_TRY_ASSIGN(auto again, load_user(storage_, stored.user.name));
    if (!again || again->user.disabled || again->user.password_hash != hash) {
      return refuse(stored.user.name, request.address, wrong_password());
    }
    stored = std::move(*again);
  }
  return fail(kTooBusy, "too many sign-ins by this name at the same time", stored.user.name, "try again");
}

Result<std::optional<SignedIn>> Gate::put_session(StoredUser& stored, const SignInRequest& request) {
  User& user = stored.user;
  const Time now = clock_.now();
  Change change;
  SG_TRY(attempts_.forgive(user.name, request.address, change));
  SG_TRY(room_for_a_session(user.name, change));
  SignedIn in{Principal(user.name, user.roles, request.address), {}, {}, now + options_.longest};
  SG_TRY_ASSIGN(in.cookie, make_identifier());
  SG_TRY_ASSIGN(in.csrf, csrf_token(in.cookie));
  SG_TRY_ASSIGN(const std::string id, stored_id(in.cookie));
  user.last_sign_in = now;
  change.expected.push_back(std::move(stored.expected));
  change.put.push_back(to_record(user));
  change.put.push_back(to_record(Session{id, user.name, request.address, now, now, in.until}));
  change.audit.push_back({now, user.name, request.address, "session.begin", "user " + user.name});
  SG_TRY_ASSIGN(const bool done, storage_.change(change));
  return done ? std::optional<SignedIn>(std::move(in)) : std::nullopt;
}

Result<> Gate::room_for_a_session(const std::string& user, Change& change) {
  SG_TRY_ASSIGN(const auto records, storage_.list(RecordKind::Session, user, {}, 2 * kMaxSessions));
  std::vector<Session> sessions;
  for (const Record& record : records) {
    SG_TRY_ASSIGN(Session session, read_session(record));
    sessions.push_back(std::move(session));
  }
  std::ranges::sort(sessions, {}, &Session::seen);
  for (std::size_t i = 0; i + kMaxSessions <= sessions.size(); ++i) {
    change.remove.push_back({RecordKind::Session, sessions[i].id});
  }
  return {};
}

Result<Identity> Gate::identify_session(const std::string& cookie, const std::string& address) {
  SG_TRY_ASSIGN(const std::string id, stored_id(cookie));
  SG_TRY_ASSIGN(const auto record, storage_.find({RecordKind::Session, id}));
  if (!record) return not_signed_in();
  SG_TRY_ASSIGN(Session session, read_session(*record));
  const Time now = clock_.now();
  if (now >= session.until || now >= session.seen + options_.idle) return not_signed_in();
  SG_TRY_ASSIGN(const auto stored, load_user(storage_, session.user));
  if (!stored || stored->user.disabled) return not_signed_in();
  if (now >= session.seen + kSeenEvery) {
    session.seen = now;
    session.address = address;
    Change change;
    // Not when it was ended at this moment.
    change.expected.push_back({record->key, record->content});
    change.put.push_back(to_record(session));
    SG_TRY(storage_.change(change));
  }
  Identity identity{Principal(session.user, stored->user.roles, address), id, {}, session.until};
  SG_TRY_ASSIGN(identity.csrf, csrf_token(cookie));
  return identity;
}

Result<Identity> Gate::identify_token(const std::string& bearer, const std::string& address) {
  if (!bearer.starts_with(kTokenPrefix)) return not_signed_in();
  SG_TRY_ASSIGN(const std::string id, stored_id(bearer));
  SG_TRY_ASSIGN(const auto record, storage_.find({RecordKind::Token, id}));
  if (!record) return not_signed_in();
  SG_TRY_ASSIGN(Token token, read_token(*record));
  const Time now = clock_.now();
  if (now >= token.until) return not_signed_in();
  SG_TRY_ASSIGN(const auto stored, load_user(storage_, token.owner));
  if (!stored || stored->user.disabled) return not_signed_in();
  if (!token.used || now >= *token.used + kSeenEvery) {
    token.used = now;
    token.used_from = address;
    Change change;
    change.expected.push_back({record->key, record->content});
    change.put.push_back(to_record(token));
    SG_TRY(storage_.change(change));
  }
  return Identity{Principal(token.owner, stored->user.roles, address, token.name, token.scopes), {}, {}, token.until};
}

Result<> Gate::check_csrf(const std::string& cookie, const std::string& token) {
  SG_TRY_ASSIGN(const std::string expected, csrf_token(cookie));
  if (crypto::constant_time_equal(as_bytes(expected), as_bytes(token))) return {};
  return fail(kBadCsrfToken, "the request does not carry the token of its session", "",
              "reload the page, or sign in again");
}

Result<> Gate::sign_out(const std::string& cookie, const std::string& address) {
  SG_TRY_ASSIGN(const std::string id, stored_id(cookie));
  SG_TRY_ASSIGN(const auto record, storage_.find({RecordKind::Session, id}));
  if (!record) return {};
  return sessions_.end(Principal(record->owner, {}, address), id);
}

Result<std::chrono::milliseconds> Gate::pause(const std::string& name, const std::string& address) {
  return attempts_.pause(counted_name(name), address);
}

Result<std::vector<Session>> Gate::sessions_of(const std::string& user) {
  SG_TRY_ASSIGN(auto sessions, sessions_.list(user));
  std::erase_if(sessions, [&](const Session& one) { return clock_.now() >= one.seen + options_.idle; });
  std::ranges::sort(sessions, std::greater(), &Session::seen);
  return sessions;
}

Result<std::optional<Issued>> Gate::first_invitation() {
  SG_TRY_ASSIGN(const bool empty, users_.empty());
  if (!empty) return std::optional<Issued>();
  SG_TRY(storage_.purge(clock_.now()));
  // Whoever starts it again and again has the newer links.
  SG_TRY_ASSIGN(auto open, users_.invitations());
  std::ranges::sort(open, {}, &Invitation::created);
  if (open.size() > kMaxInvitations / 2) {
    Change change;
    change.remove.push_back({RecordKind::Invitation, open.front().id});
    SG_TRY(storage_.change(change));
  }
  const Principal start("first start", {Role::Administrator}, "local");
  SG_TRY_ASSIGN(Issued issued, users_.invite(start, {Role::Administrator}));
  return std::optional<Issued>(std::move(issued));
}

Result<SignedIn> Gate::accept(const std::string& invitation, const NewUser& user, const Secret& password,
                              const std::string& address) {
  SG_TRY_ASSIGN(const User made, users_.accept(invitation, user, password, address));
  SG_TRY_ASSIGN(auto stored, load_user(storage_, made.name));
  if (!stored) return not_signed_in();
  return begin_session(std::move(*stored), {made.name, {}, {}, address});
}

Result<> Gate::own(const Identity& who, const char* action, const Secret& password,
                   const std::function<Result<>(User&, Change&)>& alter) {
  const Principal& by = who.principal;
  if (who.session.empty()) {
    return fail(kNotAllowed, "nobody changes his password or authenticator by a token", by.who(),
                "sign in with name and password");
  }
  SG_TRY_ASSIGN(const StoredUser checked, check_password(by.name(), password, by.address()));
  const auto done =
      changer_.run(by, action, "user " + by.name(), [&](Change& change, AuditRecord& record) -> Result<> {
        SG_TRY_ASSIGN(auto stored, load_user(storage_, by.name()));
        if (!stored || stored->user.password_hash != checked.user.password_hash) return fail(wrong_password());
        record.before = in_short(stored->user);
        SG_TRY(alter(stored->user, change));
        record.after = in_short(stored->user);
        change.expected.push_back(std::move(stored->expected));
        change.put.push_back(to_record(stored->user));
        return {};
      });
  // A wrong code counts like a wrong password; anything else says nothing about who he is.
  if (!done && done.error().code == kWrongCode) return done;
  SG_TRY(attempts_.take_back(by.name(), by.address()));
  return done;
}

Result<> Gate::change_password(const Identity& who, const Secret& old_password, const Secret& new_password) {
  std::string hash;
  return own(who, "user.password", old_password, [&](User& user, Change& change) -> Result<> {
    SG_TRY(access::check_password(new_password, user.name, user.display_name));
    if (hash.empty()) {
      SG_TRY_ASSIGN(hash, crypto::hash_password(new_password.view()));
    }
    if (user.authenticator) {
      SG_TRY_ASSIGN(user.authenticator, reseal(*user.authenticator, old_password, new_password, user.name));
    }
    user.pending.reset();
    user.password_hash = hash;
    user.password_changed = clock_.now();
    end_sessions(user.name, change);
    return {};
  });
}

Result<std::string> Gate::begin_authenticator(const Identity& who, const Secret& password) {
  std::string uri;
  SG_TRY(own(who, "user.authenticator-begin", password, [&](User& user, Change&) -> Result<> {
    if (user.authenticator) {
      return fail(kAuthenticatorExists, "you have an authenticator", user.name, "remove it first");
    }
    Secret secret;
    SG_TRY_ASSIGN(user.pending, make_authenticator(password, user.name, secret));
    uri = totp_uri(secret, user.name);
    return {};
  }));
  return uri;
}

Result<> Gate::confirm_authenticator(const Identity& who, const Secret& password, const std::string& code) {
  return own(who, "user.authenticator-add", password, [&](User& user, Change&) -> Result<> {
    if (!user.pending) {
      return fail(kNoAuthenticator, "no authenticator is being set up", user.name, "begin anew");
    }
    SG_TRY(use_code(*user.pending, user.name, password, code, clock_.now()));
    user.authenticator = std::move(user.pending);
    user.pending.reset();
    return {};
  });
}

Result<> Gate::drop_authenticator(const Identity& who, const Secret& password, const std::string& code) {
  return own(who, "user.authenticator-remove", password, [&](User& user, Change&) -> Result<> {
    if (!user.authenticator) return fail(kNoAuthenticator, "you have no authenticator", user.name);
    SG_TRY(use_code(*user.authenticator, user.name, password, code, clock_.now()));
    user.authenticator.reset();
    return {};
  });
}

void Gate::purge_now_and_then() {
  const Time now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    if (purged_ != Time() && now < purged_ + kPurgeEvery) return;
    purged_ = now;
  }
  // What has ended opens nothing, whether it is still there or not.
  (void)storage_.purge(now);
}

}  // namespace sealgate::access
