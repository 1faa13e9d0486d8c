// Who may do what with users, and what never happens to them.

#include "access/tests/gate_fixture.h"

namespace sealgate::access {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

TEST_F(GateTest, NamesOfUsers) {
  EXPECT_EQ(parse_user_name(" Alice.B-c_d@Example.com ").value(), "alice.b-c_d@example.com");
  for (const std::string& bad : {std::string(), std::string(" "), std::string("a b"), std::string("a/b"),
                                 std::string(".a"), std::string("-rf"), std::string("älice"), std::string("a\0b", 3),
                                 std::string(65, 'a'), std::string("unix:root")}) {
    EXPECT_EQ(code_of(parse_user_name(bad)), "access.bad-name") << bad;
  }
}

TEST_F(GateTest, PasswordsAreLongAndNotTheName) {
  const auto check = [](std::string_view password) {
    return code_of(check_password(secret(password), "administrator", "Ada Lovelace, Countess"));
  };
  EXPECT_EQ(check("abcdefghijkl"), "ok") << "nothing is said of its composition";
  EXPECT_EQ(check("ääääääääääää"), "ok");
  EXPECT_EQ(check("äääääää"), "access.weak-password") << "14 bytes, 7 characters";
  EXPECT_EQ(check("abcdefghijk"), "access.weak-password");
  EXPECT_EQ(check(""), "access.weak-password");
  EXPECT_EQ(check("Administrator"), "access.weak-password");
  EXPECT_EQ(check("ada lovelace, countess"), "access.weak-password");
  EXPECT_EQ(check(std::string(1024, 'x')), "ok");
  EXPECT_EQ(check(std::string(1025, 'x')), "access.weak-password");
}

TEST_F(GateTest, UsersAreThereOnce) {
  add("bob", {Role::ReadOnly});
  const auto again = gate_.users().add(local_, {"BOB", {}, {Role::Administrator}}, secret(kPassword));
  EXPECT_EQ(code_of(again), "access.user-exists");
  EXPECT_EQ(gate_.users().find("Bob").value().roles, std::vector{Role::ReadOnly});
  EXPECT_EQ(code_of(gate_.users().find("nobody")), "access.no-such-user");
  EXPECT_EQ(code_of(gate_.users().find("'")), "access.no-such-user");
  EXPECT_EQ(code_of(gate_.users().add(local_, {"carol", {}, {}}, secret(kPassword))), "access.bad-role");
  EXPECT_EQ(code_of(gate_.users().add(local_, {"carol", "a\nb", {Role::ReadOnly}}, secret(kPassword))),
            "access.bad-name");
}

TEST_F(GateTest, EachOperationNeedsSecurity) {
  add("bob", {Role::Operator});
  add("carol", {Role::ReadOnly});
  const Principal bob = as("bob").principal;
  Users& users = gate_.users();
  EXPECT_EQ(code_of(users.add(bob, {"dave", {}, {Role::ReadOnly}}, secret(kPassword))), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_roles(bob, "carol", {Role::Operator})), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_display_name(bob, "carol", "C")), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_disabled(bob, "carol", true)), "access.not-allowed");
  EXPECT_EQ(code_of(users.reset_password(bob, "carol", secret(kPassword))), "access.not-allowed");
  EXPECT_EQ(code_of(users.remove_authenticator(bob, "carol")), "access.not-allowed");
  EXPECT_EQ(code_of(users.remove(bob, "carol")), "access.not-allowed");
  EXPECT_EQ(code_of(users.invite(bob, {Role::ReadOnly})), "access.not-allowed");
  EXPECT_EQ(code_of(users.withdraw_invitation(bob, std::string(64, 'a'))), "access.not-allowed");
  EXPECT_EQ(last_audit(), "bob|invitation.withdraw|invitation " + std::string(64, 'a') + "|access.not-allowed");
  // A token of an administrator that was not made for it.
  const Principal token("root", {Role::Administrator}, kHome, "ci", {Permission::View, Permission::Configure});
  EXPECT_EQ(code_of(users.set_disabled(token, "carol", true)), "access.not-allowed");
  EXPECT_FALSE(users.find("carol").value().disabled);
}

TEST_F(GateTest, ASecurityOfficerDoesNotBecomeAnAdministrator) {
  add("eve", {Role::SecurityOfficer});
  add("bob", {Role::Operator});
  const Principal eve = as("eve").principal;
  Users& users = gate_.users();
  EXPECT_EQ(code_of(users.set_roles(eve, "eve", {Role::Administrator})), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_roles(eve, "bob", {Role::Administrator})), "access.not-allowed");
  EXPECT_EQ(code_of(users.add(eve, {"mallory", {}, {Role::ReadOnly, Role::Administrator}}, secret(kPassword))),
            "access.not-allowed");
  EXPECT_EQ(code_of(users.invite(eve, {Role::Administrator})), "access.not-allowed");
  EXPECT_EQ(code_of(users.reset_password(eve, "root", secret("a password of eve"))), "access.not-allowed");
  EXPECT_EQ(code_of(users.remove_authenticator(eve, "root")), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_disabled(eve, "root", true)), "access.not-allowed");
  EXPECT_EQ(code_of(users.remove(eve, "root")), "access.not-allowed");
  EXPECT_EQ(code_of(users.set_roles(eve, "bob", {Role::PartnerOperator})), "ok");
  EXPECT_EQ(code_of(users.set_roles(eve, "eve", {Role::Operator})), "access.not-allowed") << "his own";
  EXPECT_EQ(code_of(users.set_display_name(eve, "eve", "Eve")), "ok");
}

TEST_F(GateTest, TheLastAdministratorStays) {
  add("gone", {Role::Administrator});
  ASSERT_TRUE(gate_.users().set_disabled(local_, "gone", true));
  Users& users = gate_.users();
  EXPECT_EQ(code_of(users.set_disabled(local_, "root", true)), "access.last-administrator");
  EXPECT_EQ(code_of(users.set_roles(local_, "root", {Role::Operator})), "access.last-administrator");
  EXPECT_EQ(code_of(users.remove(local_, "root")), "access.last-administrator");
  EXPECT_EQ(last_audit(), "unix:root|user.remove|user root|access.last-administrator");
  ASSERT_TRUE(users.set_disabled(local_, "gone", false));
  EXPECT_EQ(code_of(users.remove(local_, "root")), "ok");
}

TEST_F(GateTest, AnInvitationIsGoodOnceForADay) {
  Users& users = gate_.users();
  const auto first = users.invite(local_, {Role::Operator}).value();
  const auto late = users.invite(local_, {Role::Operator}).value();
  const auto withdrawn = users.invite(local_, {Role::Operator}).value();
  ASSERT_TRUE(users.withdraw_invitation(local_, withdrawn.id));
  clock_.advance(24h - 1ms);
  const auto accept = [&](const std::string& invitation, const std::string& name) {
    return gate_.accept(invitation, {name, {}, {Role::Administrator}}, secret(kPassword), kHome);
  };
  EXPECT_EQ(code_of(gate_.accept(first.secret, {"bob"}, secret("short"), kHome)), "access.weak-password");
  EXPECT_EQ(code_of(accept(first.secret, "root")), "access.user-exists");
  const auto in = accept(first.secret, "bob");
  ASSERT_TRUE(in) << in.error().to_string();
  EXPECT_EQ(identity(in->cookie).principal.roles(), std::vector{Role::Operator}) << "as he was invited";
  EXPECT_EQ(code_of(accept(first.secret, "carol")), "access.bad-invitation") << "used";
  EXPECT_EQ(code_of(accept(withdrawn.secret, "carol")), "access.bad-invitation");
  EXPECT_EQ(code_of(accept(late.id, "carol")), "access.bad-invitation") << "what the store keeps";
  EXPECT_EQ(code_of(accept("", "carol")), "access.bad-invitation");
  clock_.advance(1ms);
  EXPECT_EQ(code_of(accept(late.secret, "carol")), "access.bad-invitation") << "expired";
  EXPECT_TRUE(users.invitations().value().empty());
}

TEST_F(GateTest, OpenInvitationsHaveALimit) {
  for (std::size_t i = 0; i < kMaxInvitations; ++i) ASSERT_TRUE(gate_.users().invite(local_, {Role::ReadOnly}));
  EXPECT_EQ(code_of(gate_.users().invite(local_, {Role::ReadOnly})), "access.too-many");
  clock_.advance(24h);
  EXPECT_EQ(code_of(gate_.users().invite(local_, {Role::ReadOnly})), "ok");
}

TEST(FirstStart, GivesALinkUntilSomebodyIsThere) {
  MemoryStorage storage;
  SharedClock clock;
  Gate gate(storage, clock);
  std::string secret_text;
  for (std::size_t start = 0; start < 3 * kMaxInvitations; ++start) {
    const auto invitation = gate.first_invitation();
    ASSERT_TRUE(invitation) << invitation.error().to_string();
    ASSERT_TRUE(*invitation);
    secret_text = (*invitation)->secret;
    clock.advance(1s);
  }
  const auto in = gate.accept(secret_text, {"ada"}, secret(kPassword), kHome);
  ASSERT_TRUE(in);
  EXPECT_TRUE(in->principal.has(Role::Administrator));
  EXPECT_FALSE(gate.first_invitation().value());
}

}  // namespace
}  // namespace sealgate::access
