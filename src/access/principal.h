#pragma once
// Who may do what in the administration: permissions, roles, and a principal that has some of them.
//
// The words of permissions stand in the description of the API (x-permission), in tokens and in the audit log; those
// of roles in the store, on the command line and in the console. Neither ever changes its meaning.

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealgate::access {

/// None implies another one.
enum class Permission {
  View,       ///< "view": artifacts, states, queues, tracking, reports, findings; no content, no message context
  ViewBody,   ///< "view-body": bodies, parts and context of messages, tracked bodies, evidence. Each look is audited
  Operate,    ///< "operate": start and stop ports, locations, instances; suspend, resume, resend, terminate
  Configure,  ///< "configure": artifacts but parties and agreements; apply, roll back, import
  Partners,   ///< "partners": parties, agreements, and which certificate is whose
  Certificates,  ///< "certificates": import, export and remove certificates, keys, authorities, revocation lists
  Credentials,   ///< "credentials": affiliate applications, mappings, tickets, the master secret
  Security,      ///< "security": users, their roles, sessions and tokens of others, invitations
  Audit          ///< "audit": read and verify the audit log
};
inline constexpr std::array kPermissions{Permission::View,        Permission::ViewBody, Permission::Operate,
                                         Permission::Configure,   Permission::Partners, Permission::Certificates,
                                         Permission::Credentials, Permission::Security, Permission::Audit};
std::string_view to_string(Permission permission);
/// Empty for an unknown word.
std::optional<Permission> parse_permission(std::string_view word);

class Permissions {
 public:
  constexpr Permissions() = default;
  constexpr Permissions(std::initializer_list<Permission> all) {
    for (const Permission one : all) add(one);
  }
  static constexpr Permissions everything() {
    Permissions all;
    for (const Permission one : kPermissions) all.add(one);
    return all;
  }
  constexpr void add(Permission one) { bits_ |= bit(one); }
  constexpr bool has(Permission one) const { return (bits_ & bit(one)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  /// Those that both have.
  friend constexpr Permissions operator&(Permissions a, Permissions b) { return Permissions(a.bits_ & b.bits_); }
  /// Those that either has.
  friend constexpr Permissions operator|(Permissions a, Permissions b) { return Permissions(a.bits_ | b.bits_); }
  friend constexpr bool operator==(Permissions a, Permissions b) = default;

 private:
  explicit constexpr Permissions(unsigned bits) : bits_(bits) {}
  static constexpr unsigned bit(Permission one) { return 1U << static_cast<unsigned>(one); }
  unsigned bits_ = 0;
};
/// In the order of the enumeration: "view, operate".
std::string to_string(Permissions permissions);

/// As BizTalk Server draws them; what it leaves to Enterprise SSO and to Windows, the security officer does.
enum class Role {
  Administrator,    ///< "administrator": everything
  Operator,         ///< "operator": view, operate; never a body, never the configuration
  PartnerOperator,  ///< "partner-operator": view, partners
  SecurityOfficer,  ///< "security-officer": view, certificates, credentials, security, audit; never a body
  ReadOnly          ///< "read-only": view
};
inline constexpr std::array kRoles{Role::Administrator, Role::Operator, Role::PartnerOperator, Role::SecurityOfficer,
                                   Role::ReadOnly};
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view word);
/// What they can be called in a window: "Partner operator".
std::string_view title(Role role);

/// The table.
constexpr Permissions permissions_of(Role role) {
  switch (role) {
    case Role::Administrator:
      return Permissions::everything();
    case Role::Operator:
      return {Permission::View, Permission::Operate};
    case Role::PartnerOperator:
      return {Permission::View, Permission::Partners};
    case Role::SecurityOfficer:
      return {Permission::View, Permission::Certificates, Permission::Credentials, Permission::Security,
              Permission::Audit};
    case Role::ReadOnly:
      return {Permission::View};
  }
  return {};
}
Permissions permissions_of(const std::vector<Role>& roles);
/// Words between commas, sorted as the enumeration: "operator,partner-operator".
std::string to_string(const std::vector<Role>& roles);

/// Somebody who was identified, and from where. By value; says what was true when it was made: ask for a new one for
/// every request.
class Principal {
 public:
  /// A user with the rights of the roles.
  Principal(std::string name, std::vector<Role> roles, std::string address);
  /// The same through a token of this name: what its owner may, and the token allows.
  Principal(std::string name, std::vector<Role> roles, std::string address, std::string token, Permissions scopes);
  /// Who runs a command on the computer of the store: may everything, since he can write to the store itself.
  static Principal local(const std::string& unix_user);

  /// As the audit log calls him: "alice"; "alice/ci" through the token "ci"; "unix:root" at the command line.
  std::string who() const;
  /// Of the user: "alice"; "unix:root".
  const std::string& name() const { return name_; }
  const std::vector<Role>& roles() const { return roles_; }
  bool has(Role role) const;
  /// Address of the peer, or "local".
  const std::string& address() const { return address_; }
  /// Empty for a session.
  const std::string& token() const { return token_; }
  bool is_local() const { return local_; }
  bool allows(Permission permission) const { return rights_.has(permission); }
  Permissions rights() const { return rights_; }

 private:
  std::string name_;
  std::vector<Role> roles_;
  std::string address_;
  std::string token_;
  Permissions rights_;
  bool local_ = false;
};

}  // namespace sealgate::access
