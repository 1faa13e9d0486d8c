#include "access/principal.h"

#include <algorithm>

namespace sealgate::access {
namespace {

constexpr std::array<std::string_view, kPermissions.size()> kPermissionWords{
    "view", "view-body", "operate", "configure", "partners", "certificates", "credentials", "security", "audit"};
constexpr std::array<std::string_view, kRoles.size()> kRoleWords{"administrator", "operator", "partner-operator",
                                                                 "security-officer", "read-only"};
constexpr std::array<std::string_view, kRoles.size()> kRoleTitles{"Administrator", "Operator", "Partner operator",
                                                                  "Security officer", "Read-only"};

template <typename Value, std::size_t size>
std::optional<Value> find_word(const std::array<std::string_view, size>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Value>(found - words.begin());
}

}  // namespace

std::string_view to_string(Permission permission) {
  return kPermissionWords.at(static_cast<std::size_t>(permission));
}

std::optional<Permission> parse_permission(std::string_view word) {
  return find_word<Permission>(kPermissionWords, word);
}

std::string to_string(Permissions permissions) {
  std::string text;
  for (const Permission one : kPermissions) {
    if (!permissions.has(one)) continue;
    if (!text.empty()) text += ", ";
    text += to_string(one);
  }
  return text;
}

std::string_view to_string(Role role) {
  return kRoleWords.at(static_cast<std::size_t>(role));
}

std::optional<Role> parse_role(std::string_view word) {
  return find_word<Role>(kRoleWords, word);
}

std::string_view title(Role role) {
  return kRoleTitles.at(static_cast<std::size_t>(role));
}

Permissions permissions_of(const std::vector<Role>& roles) {
  Permissions all;
  for (const Role role : roles) all = all | permissions_of(role);
  return all;
}

std::string to_string(const std::vector<Role>& roles) {
  std::string text;
  for (const Role role : kRoles) {
    if (std::ranges::find(roles, role) == roles.end()) continue;
    if (!text.empty()) text += ',';
    text += to_string(role);
  }
  return text;
}

Principal::Principal(std::string name, std::vector<Role> roles, std::string address)
    : name_(std::move(name)),
      roles_(std::move(roles)),
      address_(std::move(address)),
      rights_(permissions_of(roles_)) {}

Principal::Principal(std::string name, std::vector<Role> roles, std::string address, std::string token,
                     Permissions scopes)
    : Principal(std::move(name), std::move(roles), std::move(address)) {
  token_ = std::move(token);
  rights_ = rights_ & scopes;
}

Principal Principal::local(const std::string& unix_user) {
  Principal principal("unix:" + unix_user, {Role::Administrator}, "local");
  principal.local_ = true;
  return principal;
}

std::string Principal::who() const {
  return token_.empty() ? name_ : name_ + '/' + token_;
}

bool Principal::has(Role role) const {
  return std::ranges::find(roles_, role) != roles_.end();
}

}  // namespace sealgate::access
