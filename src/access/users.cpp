#include "access/users.h"

#include <algorithm>

#include "access/errors.h"
#include "access/secrets.h"
#include "crypto/password_hash.h"

namespace sealgate::access {

std::string object_of(const std::string& name) {
  return "user " + name;
}

void end_sessions(const std::string& name, Change& change) {
  change.remove_owned.push_back({RecordKind::Session, name});
  change.remove_owned.push_back({RecordKind::Invitation, name});
}

namespace {

bool is_administrator(const std::vector<Role>& roles) {
  return std::ranges::find(roles, Role::Administrator) != roles.end();
}

tl::unexpected<Error> no_such_user(const std::string& name) {
  return fail(kNoSuchUser, "there is no such user", name.substr(0, kMaxUserName), "see 'sealgate user list'");
}

}  // namespace

Result<> may_give(const Principal& by, const std::vector<Role>& roles) {
  SG_TRY(require(by, Permission::Security));
  if (!is_administrator(roles) || by.has(Role::Administrator)) return {};
  return fail(kNotAllowed, "only an administrator makes or changes an administrator", by.who(),
              "ask an administrator");
}

Result<User> make_user(const NewUser& wanted, const Secret& password, Time now) {
  User user;
  SG_TRY_ASSIGN(user.name, parse_user_name(wanted.name));
  user.display_name = wanted.display_name.empty() ? user.name : wanted.display_name;
  SG_TRY(check_display_name(user.display_name));
  SG_TRY(check_password(password, user.name, user.display_name));
  if (wanted.roles.empty()) return fail(kBadRole, "a user needs a role", user.name, "name one or more");
  user.roles = wanted.roles;
  user.created = user.changed = user.password_changed = now;
  SG_TRY_ASSIGN(user.password_hash, crypto::hash_password(password.view()));
  return user;
}

Result<std::vector<User>> Users::list() {
  SG_TRY_ASSIGN(const auto records, changer_.storage().list(RecordKind::User, {}, {}, kMaxUsers));
  std::vector<User> users;
  for (const Record& record : records) {
    SG_TRY_ASSIGN(User user, read_user(record));
    users.push_back(std::move(user));
  }
  return users;
}

Result<StoredUser> Users::load(const std::string& name) {
  const auto parsed = parse_user_name(name);
  if (!parsed) return no_such_user(name);
  SG_TRY_ASSIGN(auto stored, load_user(changer_.storage(), *parsed));
  if (!stored) return no_such_user(name);
  return std::move(*stored);
}

Result<User> Users::find(const std::string& name) {
  SG_TRY_ASSIGN(StoredUser stored, load(name));
  return std::move(stored.user);
}

Result<bool> Users::empty() {
  SG_TRY_ASSIGN(const std::uint64_t count, changer_.storage().count(RecordKind::User, {}));
  return count == 0;
}

Result<> Users::put_new(const User& user, Change& change) {
  SG_TRY_ASSIGN(const auto there, changer_.storage().find({RecordKind::User, user.name}));
  if (there) return fail(kUserExists, "there is a user of this name", user.name, "choose another name");
  SG_TRY_ASSIGN(const std::uint64_t count, changer_.storage().count(RecordKind::User, {}));
  if (count >= kMaxUsers) {
    return fail(kTooMany, "there are " + std::to_string(count) + " users", "", "remove those who are gone");
  }
  Record record = to_record(user);
  change.expected.push_back({record.key, std::nullopt});
  change.put.push_back(std::move(record));
  return {};
}

Result<User> Users::add(const Principal& by, const NewUser& wanted, const Secret& password) {
  User user;
  SG_TRY(changer_.run(by, "user.add", object_of(wanted.name), [&](Change& change, AuditRecord& record) -> Result<> {
    SG_TRY(may_give(by, wanted.roles));
    if (user.name.empty()) {
      SG_TRY_ASSIGN(user, make_user(wanted, password, changer_.now()));
    }
    record.object = object_of(user.name);
    record.after = in_short(user);
    return put_new(user, change);
  }));
  return user;
}

Result<> Users::alter(const Principal& by, const char* action, const std::string& name, bool own,
                      const Alter& alter) {
  return changer_.run(by, action, object_of(name), [&](Change& change, AuditRecord& record) -> Result<> {
    SG_TRY(require(by, Permission::Security));
    SG_TRY_ASSIGN(StoredUser stored, load(name));
    User& user = stored.user;
    record.object = object_of(user.name);
    record.before = in_short(user);
    SG_TRY(may_give(by, user.roles));
    if (!own && by.name() == user.name) {
      return fail(kNotAllowed, "nobody changes his own roles, state or second factor in this way", by.who(),
                  "ask another administrator or security officer");
    }
    const bool counted = is_administrator(user.roles) && !user.disabled;
    SG_TRY(alter(user, change));
    if (counted && (user.disabled || !is_administrator(user.roles))) SG_TRY(keep_an_administrator(user.name, change));
    user.changed = changer_.now();
    record.after = in_short(user);
    change.expected.push_back(std::move(stored.expected));
    change.put.push_back(to_record(user));
    return {};
  });
}

/// One other than him, who is still there when the change happens.
Result<> Users::keep_an_administrator(const std::string& but, Change& change) {
  SG_TRY_ASSIGN(const auto records, changer_.storage().list(RecordKind::User, {}, {}, kMaxUsers));
  for (const Record& record : records) {
    SG_TRY_ASSIGN(const User user, read_user(record));
    if (user.name == but || user.disabled || !is_administrator(user.roles)) continue;
    change.expected.push_back({record.key, record.content});
    return {};
  }
  return fail(kLastAdministrator, "this is the last administrator", but, "make another one first");
}

Result<> Users::set_roles(const Principal& by, const std::string& name, const std::vector<Role>& roles) {
  return alter(by, "user.roles", name, false, [&](User& user, Change& change) -> Result<> {
    SG_TRY(may_give(by, roles));
    if (roles.empty()) return fail(kBadRole, "a user needs a role", user.name, "name one, or disable the user");
    user.roles = roles;
    end_sessions(user.name, change);
    return {};
  });
}

Result<> Users::set_display_name(const Principal& by, const std::string& name, const std::string& display_name) {
  return alter(by, "user.display-name", name, true, [&](User& user, Change&) -> Result<> {
    SG_TRY(check_display_name(display_name));
    user.display_name = display_name.empty() ? user.name : display_name;
    return {};
  });
}

Result<> Users::set_disabled(const Principal& by, const std::string& name, bool disabled) {
  return alter(by, disabled ? "user.disable" : "user.enable", name, false, [&](User& user, Change& change) {
    user.disabled = disabled;
    end_sessions(user.name, change);
    return Result<>();
  });
}

/// `hash`: made in the first round, and kept for the others. The authenticator is sealed under the old password.
Result<> Users::set_password(User& user, const Secret& password, std::string& hash) {
  SG_TRY(check_password(password, user.name, user.display_name));
  if (hash.empty()) {
    SG_TRY_ASSIGN(hash, crypto::hash_password(password.view()));
  }
  user.password_hash = hash;
  user.password_changed = changer_.now();
  user.authenticator.reset();
  user.pending.reset();
  return {};
}

Result<> Users::reset_password(const Principal& by, const std::string& name, const Secret& password) {
  std::string hash;
  return alter(by, "user.password", name, false, [&](User& user, Change& change) -> Result<> {
    SG_TRY(set_password(user, password, hash));
    end_sessions(user.name, change);
    return {};
  });
}

Result<Issued> Users::invite_to_new_password(const Principal& by, const std::string& name) {
  Issued issued;
  SG_TRY_ASSIGN(issued.secret, make_identifier());
  SG_TRY_ASSIGN(issued.id, stored_id(issued.secret));
  SG_TRY(alter(by, "user.password-link", name, false, [&](User& user, Change& change) -> Result<> {
    if (user.disabled) return fail(kUserDisabled, "the user is disabled", user.name, "let him in again first");
    const Time now = changer_.now();
    issued.until = now + kInvitationLife;
    change.remove_owned.push_back({RecordKind::Invitation, user.name});
    change.put.push_back(to_record(Invitation{issued.id, user.roles, by.who(), now, issued.until, user.name}));
    return {};
  }));
  return issued;
}

Result<> Users::remove_authenticator(const Principal& by, const std::string& name) {
  return alter(by, "user.authenticator-remove", name, false, [&](User& user, Change& change) -> Result<> {
    if (!user.authenticator) return fail(kNoAuthenticator, "the user has no authenticator", user.name);
    user.authenticator.reset();
    user.pending.reset();
    end_sessions(user.name, change);
    return {};
  });
}

Result<> Users::remove(const Principal& by, const std::string& name) {
  return changer_.run(by, "user.remove", object_of(name), [&](Change& change, AuditRecord& record) -> Result<> {
    SG_TRY(require(by, Permission::Security));
    SG_TRY_ASSIGN(StoredUser stored, load(name));
    const User& user = stored.user;
    record.object = object_of(user.name);
    record.before = in_short(user);
    SG_TRY(may_give(by, user.roles));
    if (by.name() == user.name) {
      return fail(kNotAllowed, "nobody removes himself", by.who(), "ask another administrator");
    }
    if (is_administrator(user.roles) && !user.disabled) SG_TRY(keep_an_administrator(user.name, change));
    change.remove.push_back(stored.expected.key);
    change.expected.push_back(std::move(stored.expected));
    end_sessions(user.name, change);
    change.remove_owned.push_back({RecordKind::Token, user.name});
    return {};
  });
}

}  // namespace sealgate::access
