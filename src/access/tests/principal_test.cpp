// The table of roles, and what a principal may through a session, a token and at the command line.

#include "access/principal.h"

#include <gtest/gtest.h>

namespace sealgate::access {
namespace {

TEST(Principal, WordsOfPermissionsAndRolesComeBack) {
  for (const Permission one : kPermissions) EXPECT_EQ(parse_permission(to_string(one)), one);
  for (const Role role : kRoles) EXPECT_EQ(parse_role(to_string(role)), role);
  for (const std::string_view bad : {"", "View", "view ", "viewbody", "everything", "root"}) {
    EXPECT_FALSE(parse_permission(bad)) << bad;
    EXPECT_FALSE(parse_role(bad)) << bad;
  }
}

TEST(Principal, TheTableOfRoles) {
  EXPECT_EQ(to_string(permissions_of(Role::Administrator)),
            "view, view-body, operate, configure, partners, certificates, credentials, security, audit");
  EXPECT_EQ(to_string(permissions_of(Role::Operator)), "view, operate");
  EXPECT_EQ(to_string(permissions_of(Role::PartnerOperator)), "view, partners");
  EXPECT_EQ(to_string(permissions_of(Role::SecurityOfficer)), "view, certificates, credentials, security, audit");
  EXPECT_EQ(to_string(permissions_of(Role::ReadOnly)), "view");
  EXPECT_EQ(to_string(Permissions()), "");
}

TEST(Principal, NobodyButAnAdministratorSeesBodies) {
  for (const Role role : kRoles) {
    EXPECT_EQ(permissions_of(role).has(Permission::ViewBody), role == Role::Administrator) << to_string(role);
  }
}

TEST(Principal, SeveralRolesAddUp) {
  const Principal both("alice", {Role::PartnerOperator, Role::Operator}, "192.0.2.1");
  EXPECT_EQ(to_string(both.rights()), "view, operate, partners");
  EXPECT_EQ(to_string(both.roles()), "operator,partner-operator");
  EXPECT_FALSE(Principal("bob", {}, "192.0.2.1").allows(Permission::View));
}

TEST(Principal, ATokenNarrowsAndNeverWidens) {
  const Permissions scopes{Permission::View, Permission::Configure};
  const Principal token("alice", {Role::Operator}, "192.0.2.1", "ci", scopes);
  EXPECT_EQ(to_string(token.rights()), "view");
  EXPECT_EQ(token.who(), "alice/ci");
  EXPECT_EQ(token.name(), "alice");
  EXPECT_TRUE(Principal("alice", {Role::Administrator}, "192.0.2.1", "none", {}).rights().empty());
}

TEST(Principal, TheCommandLineMayEverything) {
  const Principal local = Principal::local("root");
  EXPECT_EQ(local.rights(), Permissions::everything());
  EXPECT_EQ(local.who(), "unix:root");
  EXPECT_EQ(local.address(), "local");
  EXPECT_TRUE(local.is_local());
}

}  // namespace
}  // namespace sealgate::access
