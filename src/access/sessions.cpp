#include "access/sessions.h"

#include <algorithm>

#include "access/errors.h"
#include "access/secrets.h"

namespace sealgate::access {
namespace {

/// More than any number of users may have; a list is cut there.
constexpr std::size_t kMaxListed = 10'000;

Result<> own_or_security(const Principal& by, const std::string& owner) {
  return by.name() == owner && by.token().empty() ? Result<>() : require(by, Permission::Security);
}

Result<> check_token(const std::string& name, Permissions scopes, Time until, Time now) {
  const bool printable = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F && c != '/'; });
  if (name.empty() || name.size() > kMaxTokenName || !printable) {
    return fail(kBadName, "this is no name of a token", "", "use up to 64 visible ASCII characters without '/'");
  }
  if (scopes.empty()) return fail(kBadScope, "a token needs a scope", name, "name permissions, such as view");
  if (until <= now || until > now + kLongestTokenLife) {
    return fail(kBadExpiry, "a token expires in the future, within 366 days", name, "give another time");
  }
  return {};
}

}  // namespace

Result<std::vector<Session>> Sessions::list(const std::string& user) {
  SG_TRY_ASSIGN(const auto records, changer_.storage().list(RecordKind::Session, user, {}, kMaxListed));
  std::vector<Session> sessions;
  for (const Record& record : records) {
    SG_TRY_ASSIGN(Session session, read_session(record));
    if (session.until > changer_.now()) sessions.push_back(std::move(session));
  }
  return sessions;
}

Result<> Sessions::end(const Principal& by, const std::string& id) {
  return changer_.run(by, "session.end", "session " + id.substr(0, 64),
                      [&](Change& change, AuditRecord& record) -> Result<> {
                        std::optional<Record> stored;
                        if (is_stored_id(id)) {
                          SG_TRY_ASSIGN(stored, changer_.storage().find({RecordKind::Session, id}));
                        }
                        SG_TRY(own_or_security(by, stored ? stored->owner : std::string()));
                        if (!stored) return fail(kNoSuchSession, "there is no such session, or it has ended");
                        record.object = "session of user " + stored->owner;
                        change.remove.push_back(stored->key);
                        return {};
                      });
}

Result<> Sessions::end_all(const Principal& by, const std::string& user, const std::string& but) {
  return changer_.run(by, "session.end-all", "user " + user.substr(0, kMaxUserName),
                      [&](Change& change, AuditRecord&) -> Result<> {
                        SG_TRY(own_or_security(by, user));
                        change.remove_owned.push_back({RecordKind::Session, user});
                        if (!is_stored_id(but)) return {};
                        SG_TRY_ASSIGN(auto kept, changer_.storage().find({RecordKind::Session, but}));
                        if (!kept || kept->owner != user) return {};
                        change.expected.push_back({kept->key, kept->content});
                        change.put.push_back(std::move(*kept));
                        return {};
                      });
}

Result<std::vector<Token>> Tokens::list(const std::string& owner) {
  SG_TRY_ASSIGN(const auto records, changer_.storage().list(RecordKind::Token, owner, {}, kMaxListed));
  std::vector<Token> tokens;
  for (const Record& record : records) {
    SG_TRY_ASSIGN(Token token, read_token(record));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Result<Issued> Tokens::create(const Principal& by, const std::string& owner, const std::string& name,
                              Permissions scopes, Time until) {
  Issued issued;
  SG_TRY_ASSIGN(issued.secret, make_identifier());
  issued.secret.insert(0, kTokenPrefix);
  SG_TRY_ASSIGN(issued.id, stored_id(issued.secret));
  issued.until = until;
  const auto object = "token " + name.substr(0, kMaxTokenName) + " of user " + owner.substr(0, kMaxUserName);
  SG_TRY(changer_.run(by, "token.add", object, [&](Change& change, AuditRecord& record) -> Result<> {
    if (!by.token().empty() || (!by.is_local() && by.name() != owner)) {
      return fail(kNotAllowed, "everybody makes tokens for himself, and not by a token", by.who(),
                  "sign in and make it there, or use 'sealgate token create'");
    }
    SG_TRY(check_token(name, scopes, until, changer_.now()));
    SG_TRY_ASSIGN(const std::string known, parse_user_name(owner));
    SG_TRY_ASSIGN(auto user, load_user(changer_.storage(), known));
    if (!user) return fail(kNoSuchUser, "there is no such user", owner, "see 'sealgate user list'");
    const Permissions rights = permissions_of(user->user.roles);
    if ((scopes & rights) != scopes) {
      return fail(kBadScope, "a token must not allow more than its owner may: " + to_string(rights), name,
                  "leave the others out");
    }
    SG_TRY_ASSIGN(const auto others, list(known));
    if (std::ranges::find(others, name, &Token::name) != others.end()) {
      return fail(kTokenExists, "the user has a token of this name", name, "revoke it, or choose another name");
    }
    if (others.size() >= kMaxTokens) {
      return fail(kTooMany, "the user has " + std::to_string(others.size()) + " tokens", owner, "revoke some");
    }
    record.after = to_string(scopes) + "; until " + to_rfc3339(until);
    // Of two at once, one sees the other's token: each changes the user's row.
    change.expected.push_back(user->expected);
    user->user.changed = std::max(changer_.now(), user->user.changed + std::chrono::milliseconds(1));
    change.put.push_back(to_record(user->user));
    Token token{issued.id, name, known, scopes, changer_.now(), until, {}, {}};
    change.put.push_back(to_record(token));
    return {};
  }));
  return issued;
}

Result<> Tokens::revoke(const Principal& by, const std::string& owner, const std::string& name) {
  const auto object = "token " + name.substr(0, kMaxTokenName) + " of user " + owner.substr(0, kMaxUserName);
  return changer_.run(by, "token.revoke", object, [&](Change& change, AuditRecord& record) -> Result<> {
    SG_TRY(own_or_security(by, owner));
    SG_TRY_ASSIGN(const auto tokens, list(owner));
    const auto found = std::ranges::find(tokens, name, &Token::name);
    if (owner.empty() || found == tokens.end()) {
      return fail(kNoSuchToken, "the user has no token of this name", name.substr(0, kMaxTokenName),
                  "see 'sealgate token list'");
    }
    record.before = to_string(found->scopes);
    change.remove.push_back({RecordKind::Token, found->id});
    return {};
  });
}

}  // namespace sealgate::access
