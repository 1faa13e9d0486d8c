// Signing in, sessions, tokens: what opens the door, for how long, and what shuts it.

#include <thread>

#include "access/secrets.h"
#include "access/tests/gate_fixture.h"
#include "crypto/password_hash.h"

namespace sealgate::access {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

TEST_F(GateTest, WhoSignsInIsKnownByHisSession) {
  const auto in = sign_in("  Root ");
  ASSERT_TRUE(in) << in.error().to_string();
  EXPECT_EQ(in->cookie.size(), 64U);
  EXPECT_EQ(in->until, clock_.now() + 12h);
  const auto who = gate_.identify_session(in->cookie, "198.51.100.1");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->principal.who(), "root");
  EXPECT_EQ(who->principal.address(), "198.51.100.1");
  EXPECT_TRUE(who->principal.allows(Permission::ViewBody));
  EXPECT_EQ(who->csrf, in->csrf);
  EXPECT_NE(who->session, in->cookie);
  EXPECT_EQ(last_audit(), "root|session.begin|user root|ok");
}

TEST_F(GateTest, TheStoreHoldsNothingThatOpens) {
  const auto in = sign_in("root");
  const auto token = gate_.tokens().create(local_, "root", "ci", {Permission::View}, clock_.now() + 1h);
  const auto invitation = gate_.users().invite(local_, {Role::Operator});
  ASSERT_TRUE(in && token && invitation);
  for (const RecordKind kind :
       {RecordKind::User, RecordKind::Session, RecordKind::Token, RecordKind::Invitation, RecordKind::Attempt}) {
    const auto records = storage_.list(kind, {}, {}, 100).value();
    for (const Record& record : records) {
      const std::string all = record.key.id + record.owner + record.content;
      for (const std::string& secret :
           {in->cookie, in->csrf, token->secret, token->secret.substr(4), invitation->secret, kPassword}) {
        EXPECT_EQ(all.find(secret), std::string::npos) << all;
      }
    }
  }
  for (const AuditEntry& entry : storage_.log) {
    EXPECT_EQ(entry.record.find(token->secret.substr(4)), std::string::npos);
    EXPECT_EQ(entry.record.find(invitation->secret), std::string::npos);
  }
}

TEST_F(GateTest, WrongPasswordUnknownAndDisabledUserAreOneAnswer) {
  add("gone", {Role::ReadOnly});
  ASSERT_TRUE(gate_.users().set_disabled(local_, "gone", true));
  const auto wrong = sign_in("root", "not the password!");
  const auto unknown = sign_in("nobody");
  const auto disabled = sign_in("gone");
  const auto no_name = sign_in("no such name: \xff' OR 1=1");
  const auto empty = sign_in("root", "");
  ASSERT_FALSE(wrong || unknown || disabled || no_name || empty);
  EXPECT_EQ(wrong.error().code, kWrongPassword);
  EXPECT_EQ(answer_of(wrong.error()), Answer::SignIn);
  for (const auto* one : {&unknown, &disabled, &no_name, &empty}) {
    EXPECT_EQ(one->error().to_string(), wrong.error().to_string());
  }
}

TEST_F(GateTest, AnUnknownUserTakesAsLongAsAKnownOne) {
  // Both do the same work: the stand-in is a hash of the same cost, which nothing verifies.
  const std::string real = crypto::hash_password(as_bytes("x")).value();
  const auto cost = [](const std::string& hash) { return hash.substr(0, hash.find('$', 15)); };
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(sign_in("nobody"));
  const auto unknown = std::chrono::steady_clock::now() - before;
  EXPECT_FALSE(sign_in("root", "not the password!"));
  const auto known = std::chrono::steady_clock::now() - before - unknown;
  // A look-up alone is a thousand times faster than argon2id.
  EXPECT_GT(unknown, known / 5);
  EXPECT_GT(known, unknown / 5);
  EXPECT_EQ(cost(real), "$argon2id$v=19$m=19456,t=2,p=1");
}

TEST_F(GateTest, WhatFailedIsRecordedAndNamesOnlyWhomWeKnow) {
  EXPECT_FALSE(sign_in("root", "not the password!"));
  EXPECT_EQ(last_audit(), "|session.begin|user root|access.wrong-password");
  EXPECT_FALSE(sign_in("my secret password 1"));
  EXPECT_EQ(last_audit(), "|session.begin|unknown user|access.wrong-password");
}

TEST_F(GateTest, ASessionEndsWhenItIsIdle) {
  const auto in = sign_in("root");
  for (int i = 0; i < 3; ++i) {
    clock_.advance(29min);
    EXPECT_TRUE(gate_.identify_session(in->cookie, kHome)) << i;
  }
  clock_.advance(30min);
  EXPECT_EQ(code_of(gate_.identify_session(in->cookie, kHome)), "access.not-signed-in");
}

TEST_F(GateTest, ASessionEndsAfterItsTimeHoweverBusyItIs) {
  const auto in = sign_in("root");
  for (int i = 0; i < 12 * 3 - 1; ++i) {
    clock_.advance(20min);
    ASSERT_TRUE(gate_.identify_session(in->cookie, kHome)) << i;
  }
  clock_.advance(20min);
  EXPECT_FALSE(gate_.identify_session(in->cookie, kHome));
}

TEST_F(GateTest, WhatIsNoSessionIsNotSignedIn) {
  const auto in = sign_in("root");
  std::string almost = in->cookie;
  almost.back() = almost.back() == '0' ? '1' : '0';
  const std::string stored = identity(in->cookie).session;
  for (const std::string& bad :
       {std::string(), almost, stored, std::string(1'000'000, 'a'), std::string("\0\xff", 2)}) {
    EXPECT_EQ(code_of(gate_.identify_session(bad, kHome)), "access.not-signed-in");
    EXPECT_EQ(code_of(gate_.identify_token(bad, kHome)), "access.not-signed-in");
  }
  EXPECT_FALSE(gate_.identify_token(in->cookie, kHome)) << "a session is no token";
}

TEST_F(GateTest, SigningOutEndsThatSessionAlone) {
  const auto one = sign_in("root");
  const auto other = sign_in("root");
  ASSERT_TRUE(gate_.sign_out(one->cookie, kHome));
  EXPECT_FALSE(gate_.identify_session(one->cookie, kHome));
  EXPECT_TRUE(gate_.identify_session(other->cookie, kHome));
  EXPECT_EQ(last_audit(), "root|session.end|session of user root|ok");
  EXPECT_TRUE(gate_.sign_out(one->cookie, kHome)) << "again";
}

TEST_F(GateTest, TheCsrfTokenIsThatOfTheSession) {
  const auto one = sign_in("root");
  const auto other = sign_in("root");
  EXPECT_TRUE(Gate::check_csrf(one->cookie, one->csrf));
  for (const std::string& bad : {other->csrf, std::string(), one->csrf.substr(1), one->cookie, one->csrf + "0"}) {
    EXPECT_EQ(code_of(Gate::check_csrf(one->cookie, bad)), "access.bad-csrf-token");
  }
  EXPECT_EQ(answer_of(Gate::check_csrf(one->cookie, "").error()), Answer::Forbidden);
}

TEST_F(GateTest, ChangesOfTheUserEndHisSessions) {
  add("bob", {Role::Operator});
  const auto begin = [this] { return sign_in("bob").value().cookie; };
  std::string cookie = begin();
  ASSERT_TRUE(gate_.users().set_roles(local_, "bob", {Role::ReadOnly}));
  EXPECT_FALSE(gate_.identify_session(cookie, kHome)) << "roles";
  cookie = begin();
  ASSERT_TRUE(gate_.users().reset_password(local_, "bob", secret("another long password")));
  EXPECT_FALSE(gate_.identify_session(cookie, kHome)) << "password";
  cookie = sign_in("bob", "another long password").value().cookie;
  ASSERT_TRUE(gate_.users().set_display_name(local_, "bob", "Bob"));
  EXPECT_TRUE(gate_.identify_session(cookie, kHome)) << "a display name is no right";
  ASSERT_TRUE(gate_.users().set_disabled(local_, "bob", true));
  EXPECT_FALSE(gate_.identify_session(cookie, kHome)) << "disabled";
  ASSERT_TRUE(gate_.users().set_disabled(local_, "bob", false));
  EXPECT_FALSE(gate_.identify_session(cookie, kHome)) << "ended is ended";
}

TEST_F(GateTest, AUserHasAFewSessionsAndTheOldestGoes) {
  const auto first = sign_in("root");
  clock_.advance(1min);
  const auto second = sign_in("root");
  for (std::size_t i = 2; i < kMaxSessions + 1; ++i) ASSERT_TRUE(sign_in("root"));
  EXPECT_FALSE(gate_.identify_session(first->cookie, kHome));
  EXPECT_TRUE(gate_.identify_session(second->cookie, kHome));
  EXPECT_EQ(gate_.sessions().list("root").value().size(), kMaxSessions);
}

TEST_F(GateTest, SessionsOfOthersAreForSecurity) {
  add("bob", {Role::Operator});
  add("eve", {Role::SecurityOfficer});
  const Identity bob = as("bob");
  const Identity root = as("root");
  EXPECT_EQ(code_of(gate_.sessions().end(bob.principal, root.session)), "access.not-allowed");
  EXPECT_EQ(last_audit(), "bob|session.end|session " + root.session + "|access.not-allowed");
  EXPECT_EQ(code_of(gate_.sessions().end(bob.principal, "'; DROP TABLE")), "access.not-allowed");
  EXPECT_TRUE(gate_.sessions().end(as("eve").principal, root.session));
  EXPECT_EQ(code_of(gate_.sessions().end(as("eve").principal, root.session)), "access.no-such-session");
  EXPECT_TRUE(gate_.sessions().end_all(bob.principal, "bob"));
  EXPECT_TRUE(gate_.sessions().list("bob").value().empty());
}

TEST_F(GateTest, ATokenAllowsItsScopesUntilItExpires) {
  const auto issued =
      gate_.tokens().create(local_, "root", "ci", {Permission::View, Permission::Operate}, clock_.now() + 24h);
  ASSERT_TRUE(issued) << issued.error().to_string();
  EXPECT_TRUE(issued->secret.starts_with("sgt_"));
  const auto who = gate_.identify_token(issued->secret, "198.51.100.9");
  ASSERT_TRUE(who);
  EXPECT_EQ(to_string(who->principal.rights()), "view, operate");
  EXPECT_EQ(who->principal.who(), "root/ci");
  EXPECT_TRUE(who->session.empty() && who->csrf.empty());
  const auto listed = gate_.tokens().list("root").value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].used, clock_.now());
  EXPECT_EQ(listed[0].used_from, "198.51.100.9");
  clock_.advance(24h);
  EXPECT_EQ(code_of(gate_.identify_token(issued->secret, kHome)), "access.not-signed-in");
}

TEST_F(GateTest, ATokenNeverAllowsMoreThanItsOwnerMay) {
  add("bob", {Role::Operator});
  const auto issued = gate_.tokens().create(as("bob").principal, "bob", "ci", {Permission::View, Permission::Operate},
                                            clock_.now() + 24h);
  ASSERT_TRUE(issued);
  ASSERT_TRUE(gate_.users().set_roles(local_, "bob", {Role::ReadOnly}));
  EXPECT_EQ(to_string(gate_.identify_token(issued->secret, kHome).value().principal.rights()), "view");
  ASSERT_TRUE(gate_.users().set_disabled(local_, "bob", true));
  EXPECT_FALSE(gate_.identify_token(issued->secret, kHome));
  ASSERT_TRUE(gate_.users().remove(local_, "bob"));
  EXPECT_FALSE(gate_.identify_token(issued->secret, kHome));
  add("bob", {Role::Administrator});
  EXPECT_FALSE(gate_.identify_token(issued->secret, kHome)) << "a later user of the same name is somebody else";
}

TEST_F(GateTest, TokensAreMadeUnderRules) {
  add("bob", {Role::Operator});
  const Principal bob = as("bob").principal;
  const Time later = clock_.now() + 1h;
  const auto make = [&](const Principal& by, const std::string& owner, const std::string& name, Permissions scopes,
                        Time until) { return code_of(gate_.tokens().create(by, owner, name, scopes, until)); };
  EXPECT_EQ(make(bob, "bob", "a", {Permission::View}, later), "ok");
  EXPECT_EQ(make(bob, "bob", "a", {Permission::View}, later), "access.token-exists");
  EXPECT_EQ(make(bob, "bob", "b", {Permission::Configure}, later), "access.bad-scope");
  EXPECT_EQ(make(bob, "bob", "b", {}, later), "access.bad-scope");
  EXPECT_EQ(make(bob, "bob", "b", {Permission::View}, clock_.now()), "access.bad-expiry");
  EXPECT_EQ(make(bob, "bob", "b", {Permission::View}, clock_.now() + kLongestTokenLife + 1ms), "access.bad-expiry");
  EXPECT_EQ(make(bob, "bob", "a/b", {Permission::View}, later), "access.bad-name");
  EXPECT_EQ(make(bob, "bob", "", {Permission::View}, later), "access.bad-name");
  EXPECT_EQ(make(bob, "root", "b", {Permission::View}, later), "access.not-allowed");
  EXPECT_EQ(make(local_, "nobody", "b", {Permission::View}, later), "access.no-such-user");
  const auto token = gate_.tokens().create(bob, "bob", "c", {Permission::View}, later).value();
  const Principal by_token = gate_.identify_token(token.secret, kHome).value().principal;
  EXPECT_EQ(make(by_token, "bob", "d", {Permission::View}, later), "access.not-allowed");
  EXPECT_EQ(code_of(gate_.tokens().revoke(by_token, "bob", "a")), "access.not-allowed");
  EXPECT_EQ(code_of(gate_.tokens().revoke(bob, "bob", "zzz")), "access.no-such-token");
  EXPECT_EQ(code_of(gate_.tokens().revoke(bob, "bob", "c")), "ok");
  EXPECT_FALSE(gate_.identify_token(token.secret, kHome));
  for (std::size_t i = 1; i < kMaxTokens; ++i) {
    EXPECT_EQ(make(bob, "bob", "n" + std::to_string(i), {Permission::View}, later), "ok");
  }
  EXPECT_EQ(make(bob, "bob", "more", {Permission::View}, later), "access.too-many");
}

TEST_F(GateTest, ManyAtOnceGetSessionsOfTheirOwn) {
  std::vector<std::string> cookies(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& cookie : cookies) {
      threads.emplace_back([&cookie, this] {
        const auto in = sign_in("root");
        if (in) cookie = in->cookie;
      });
    }
  }
  std::size_t good = 0;
  for (const std::string& cookie : cookies) good += gate_.identify_session(cookie, kHome) ? 1U : 0U;
  // Of many at once the first ones use up the free attempts: the others must wait.
  EXPECT_GE(good, 5U);
  EXPECT_TRUE(gate_.audit().verify().value().first_bad == 0);
}

TEST(Gate, MoreThanMayWaitAreRefused) {
  MemoryStorage storage;
  const SharedClock clock;
  Gate gate(storage, clock, {.at_once = 1, .waiting = 0});
  ASSERT_TRUE(gate.users().add(Principal::local("root"), {"root", {}, {Role::Administrator}}, secret(kPassword)));
  std::atomic<int> busy = 0;
  std::atomic<int> in = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const auto done = gate.sign_in({"root", secret(kPassword), {}, "192.0.2." + std::to_string(i)});
        if (done) ++in;
        if (!done && done.error().code == kTooBusy) ++busy;
      });
    }
  }
  EXPECT_GE(in, 1);
  EXPECT_EQ(in + busy, 4);
}

TEST(Gate, AnswersAreThoseOfHttp) {
  const auto answer = [](ErrorCode code) { return answer_of({code, {}, {}, {}}); };
  EXPECT_EQ(answer(kTooManyAttempts), Answer::TooMany);
  EXPECT_EQ(answer(kNotAllowed), Answer::Forbidden);
  EXPECT_EQ(answer(kNotSignedIn), Answer::SignIn);
  EXPECT_EQ(answer(kUserExists), Answer::Conflict);
  EXPECT_EQ(answer(kNoSuchUser), Answer::NotFound);
  EXPECT_EQ(answer(kWeakPassword), Answer::Bad);
  EXPECT_EQ(answer(kTooBusy), Answer::Unavailable);
  EXPECT_EQ(answer(kDamaged), Answer::Failed);
}

}  // namespace
}  // namespace sealgate::access
