#pragma once
// What administrators and security officers do with users. Who may only do so much:
//   - all of it needs the permission `security`;
//   - only an administrator makes an administrator, or changes one;
//   - nobody changes his own roles or state, or resets his own password (Gate::change_password());
//   - one administrator who is not disabled always remains.
// Roles, state and passwords that change end the sessions of the user.

#include "access/changer.h"
#include "access/issued.h"
#include "access/user.h"

namespace sealgate::access {

inline constexpr std::chrono::hours kInvitationLife{24};
inline constexpr std::size_t kMaxInvitations = 20;

struct NewUser {
  std::string name = {};
  std::string display_name = {};  ///< empty: as the name
  std::vector<Role> roles = {};
};

/// What was made for somebody, once: nobody can show it again.
struct Issued {
  std::string secret = {};  ///< of an invitation: what is in the link; of a token: what is sent as bearer
  std::string id = {};      ///< of its record
  Time until = {};
};

/// "https://gateway.example:8443/invitation#…": behind #, so that no server and no proxy writes it into a log.
std::string invitation_link(std::string_view url, std::string_view secret);

/// As the audit log calls him.
std::string object_of(const std::string& name);
/// What lets him in as he was before goes with the change: sessions, and links to a new password.
void end_sessions(const std::string& name, Change& change);

/// Whether he may make or change somebody with these roles: access.not-allowed.
Result<> may_give(const Principal& by, const std::vector<Role>& roles);
/// With its password hashed, which takes a while. access.bad-name, access.weak-password, access.bad-role.
Result<User> make_user(const NewUser& wanted, const Secret& password, Time now);

/// Thread-safe.
class Users {
 public:
  /// It must outlive this.
  explicit Users(Changer& changer) : changer_(changer) {}

  /// By name. These ask for no permission: who calls them does.
  Result<std::vector<User>> list();
  /// access.no-such-user.
  Result<User> find(const std::string& name);
  /// Whether nobody is there yet.
  Result<bool> empty();

  /// access.user-exists, access.bad-name, access.weak-password, access.too-many.
  Result<User> add(const Principal& by, const NewUser& user, const Secret& password);
  Result<> set_roles(const Principal& by, const std::string& name, const std::vector<Role>& roles);
  Result<> set_display_name(const Principal& by, const std::string& name, const std::string& display_name);
  Result<> set_disabled(const Principal& by, const std::string& name, bool disabled);
  /// Of somebody who forgot his. His authenticator goes as well, since it is sealed under the old one.
  Result<> reset_password(const Principal& by, const std::string& name, const Secret& password);
  /// Of somebody who lost it. access.no-authenticator.
  Result<> remove_authenticator(const Principal& by, const std::string& name);
  /// With his sessions and tokens.
  Result<> remove(const Principal& by, const std::string& name);

  /// A link with which somebody makes himself a user with these roles, once and within a day.
  Result<Issued> invite(const Principal& by, const std::vector<Role>& roles);
  /// A link with which a user who forgot his password chooses another one, once and within a day; his authenticator
  /// goes with the old one, since it is sealed under it. A new link replaces the one before, and none outlives a
  /// change of his roles, state or password.
  Result<Issued> invite_to_new_password(const Principal& by, const std::string& name);
  /// Those that are open, of both kinds.
  Result<std::vector<Invitation>> invitations();
  Result<> withdraw_invitation(const Principal& by, const std::string& id);
  /// What the link with this secret is for. access.bad-invitation for one that is unknown, used or expired, or whose
  /// maker may no longer give what it gives.
  Result<Invitation> find_invitation(const std::string& secret);
  /// access.bad-invitation as above; then what add() says. The name of a user who is there already may be left out.
  Result<User> accept(const std::string& invitation, const NewUser& user, const Secret& password,
                      const std::string& address);

 private:
  using Alter = std::function<Result<>(User&, Change&)>;
  Result<> alter(const Principal& by, const char* action, const std::string& name, bool own, const Alter& alter);
  Result<> keep_an_administrator(const std::string& but, Change& change);
  Result<StoredUser> load(const std::string& name);
  Result<> invite(const Principal& by, const std::vector<Role>& roles, Issued& issued, Change& change,
                  AuditRecord& record);
  Result<Invitation> read_open(const std::optional<Record>& stored);
  Result<User> choose_password(const Invitation& invitation, const std::string& name, const Secret& password,
                               const std::string& address);
  Result<> put_new(const User& user, Change& change);
  Result<> set_password(User& user, const Secret& password, std::string& hash);
  Changer& changer_;
};

}  // namespace sealgate::access
