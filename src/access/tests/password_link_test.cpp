// Links to a new password, and what becomes of links when those who made them, or whom they are for, change.

#include "access/tests/gate_fixture.h"

namespace sealgate::access {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

const std::string kOther = "another long password";

TEST_F(GateTest, APasswordLinkIsGoodOnceAndTellsWhomItIsFor) {
  add("bob", {Role::Operator});
  const std::string before = sign_in("bob").value().cookie;
  const auto link = gate_.users().invite_to_new_password(as("root").principal, "Bob").value();
  EXPECT_EQ(last_audit(), "root|user.password-link|user bob|ok");
  EXPECT_EQ(gate_.users().find_invitation(link.secret).value().user, "bob");
  EXPECT_TRUE(sign_in("bob")) << "the old one is good until another one is chosen";
  EXPECT_EQ(code_of(gate_.accept(link.secret, {}, secret("short"), kHome)), "access.weak-password");
  EXPECT_EQ(code_of(gate_.accept(link.secret, {"carol", {}, {}}, secret(kOther), kHome)), "access.bad-invitation");
  const auto in = gate_.accept(link.secret, {}, secret(kOther), kHome);
  ASSERT_TRUE(in) << in.error().to_string();
  EXPECT_EQ(in->principal.name(), "bob");
  EXPECT_EQ(in->principal.roles(), std::vector{Role::Operator});
  EXPECT_EQ(code_of(gate_.identify_session(before, kHome)), "access.not-signed-in");
  EXPECT_EQ(code_of(sign_in("bob")), "access.wrong-password");
  EXPECT_TRUE(sign_in("bob", kOther));
  EXPECT_EQ(code_of(gate_.accept(link.secret, {}, secret(kPassword), kHome)), "access.bad-invitation");
}

TEST_F(GateTest, APasswordLinkIsAlone) {
  add("bob", {Role::Operator});
  const auto first = gate_.users().invite_to_new_password(local_, "bob").value();
  const auto second = gate_.users().invite_to_new_password(local_, "bob").value();
  EXPECT_EQ(code_of(gate_.users().find_invitation(first.secret)), "access.bad-invitation");
  EXPECT_TRUE(gate_.users().find_invitation(second.secret));
  EXPECT_EQ(gate_.users().invitations().value().size(), 1U);
  clock_.advance(24h);
  EXPECT_EQ(code_of(gate_.users().find_invitation(second.secret)), "access.bad-invitation");
}

TEST_F(GateTest, APasswordLinkOutlivesNoChangeOfItsUser) {
  add("bob", {Role::Operator});
  Users& users = gate_.users();
  const auto ends = [&](const auto& change) {
    const auto link = users.invite_to_new_password(local_, "bob").value();
    change();
    return code_of(gate_.accept(link.secret, {}, secret(kOther), kHome));
  };
  EXPECT_EQ(ends([&] { ASSERT_TRUE(users.set_roles(local_, "bob", {Role::Administrator})); }),
            "access.bad-invitation")
      << "who gave it might not have given it to an administrator";
  EXPECT_EQ(ends([&] { ASSERT_TRUE(users.reset_password(local_, "bob", secret(kPassword))); }),
            "access.bad-invitation");
  EXPECT_EQ(ends([&] { ASSERT_TRUE(gate_.change_password(as("bob"), secret(kPassword), secret(kOther))); }),
            "access.bad-invitation");
  EXPECT_EQ(ends([&] { ASSERT_TRUE(users.set_disabled(local_, "bob", true)); }), "access.bad-invitation");
  EXPECT_EQ(code_of(users.invite_to_new_password(local_, "bob")), "access.user-disabled");
  ASSERT_TRUE(users.set_disabled(local_, "bob", false));
  EXPECT_EQ(ends([&] { ASSERT_TRUE(users.remove(local_, "bob")); }), "access.bad-invitation");
}

TEST_F(GateTest, PasswordLinksAreMadeByWhoMayChangeTheUser) {
  add("olga", {Role::Operator});
  add("sam", {Role::SecurityOfficer});
  const Principal sam = as("sam").principal;
  Users& users = gate_.users();
  EXPECT_EQ(code_of(users.invite_to_new_password(as("olga").principal, "sam")), "access.not-allowed");
  EXPECT_EQ(code_of(users.invite_to_new_password(sam, "root")), "access.not-allowed");
  EXPECT_EQ(code_of(users.invite_to_new_password(sam, "sam")), "access.not-allowed");
  EXPECT_EQ(code_of(users.invite_to_new_password(sam, "nobody")), "access.no-such-user");
  EXPECT_TRUE(users.invite_to_new_password(sam, "olga"));
}

TEST_F(GateTest, LinksGiveNoMoreThanTheirMakerMayGiveNow) {
  add("olga", {Role::Operator});
  add("sam", {Role::SecurityOfficer});
  Users& users = gate_.users();
  const auto to_olga = users.invite_to_new_password(as("sam").principal, "olga").value();
  const auto to_anybody = users.invite(as("sam").principal, {Role::SecurityOfficer}).value();
  ASSERT_TRUE(users.set_roles(local_, "sam", {Role::ReadOnly}));
  EXPECT_EQ(code_of(gate_.accept(to_olga.secret, {}, secret(kOther), kHome)), "access.bad-invitation");
  EXPECT_EQ(code_of(gate_.accept(to_anybody.secret, {"eve", {}, {}}, secret(kOther), kHome)),
            "access.bad-invitation");
  ASSERT_TRUE(users.set_roles(local_, "sam", {Role::SecurityOfficer}));
  EXPECT_TRUE(gate_.accept(to_anybody.secret, {"eve", {}, {}}, secret(kOther), kHome));
  ASSERT_TRUE(users.remove(local_, "sam"));
  EXPECT_EQ(code_of(gate_.accept(to_olga.secret, {}, secret(kOther), kHome)), "access.bad-invitation");
}

TEST_F(GateTest, AllSessionsButOneEnd) {
  const std::string kept = sign_in("root").value().cookie;
  const std::string gone = sign_in("root").value().cookie;
  const Identity who = identity(kept);
  ASSERT_TRUE(gate_.sessions().end_all(who.principal, "root", who.session));
  EXPECT_TRUE(gate_.identify_session(kept, kHome));
  EXPECT_EQ(code_of(gate_.identify_session(gone, kHome)), "access.not-signed-in");
  add("bob", {Role::Operator});
  const std::string bobs = sign_in("bob").value().cookie;
  ASSERT_TRUE(gate_.sessions().end_all(who.principal, "bob", who.session)) << "another's session keeps nothing";
  EXPECT_EQ(code_of(gate_.identify_session(bobs, kHome)), "access.not-signed-in");
  EXPECT_TRUE(gate_.identify_session(kept, kHome));
}

TEST_F(GateTest, SessionsThatAreIdleAreNotListed) {
  const std::string old = sign_in("root").value().cookie;
  clock_.advance(20min);
  const Identity fresh = as("root");
  EXPECT_EQ(gate_.sessions_of("root").value().size(), 2U);
  EXPECT_EQ(gate_.sessions_of("root").value().front().id, fresh.session);
  clock_.advance(20min);
  ASSERT_EQ(gate_.sessions_of("").value().size(), 1U);
  EXPECT_EQ(gate_.sessions_of("").value().front().id, fresh.session);
}

TEST_F(GateTest, ASessionTellsFromWhereItWasLastUsed) {
  const std::string cookie = sign_in("root").value().cookie;
  EXPECT_EQ(gate_.sessions_of("root").value().front().address, kHome);
  clock_.advance(2min);
  ASSERT_TRUE(gate_.identify_session(cookie, "2001:db8::17"));
  EXPECT_EQ(gate_.sessions_of("root").value().front().address, "2001:db8::17");
}

}  // namespace
}  // namespace sealgate::access
