// Authenticator apps: the vectors of RFC 6238, and how codes are asked for, taken once, and removed.

#include "access/tests/gate_fixture.h"
#include "access/totp.h"

namespace sealgate::access {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

TEST(Totp, TheVectorsOfRfc6238) {
  // Appendix B, SHA-1; the last six of eight digits.
  const Bytes key = to_bytes("12345678901234567890");
  const auto code_at = [&](std::int64_t seconds) {
    return totp_code(key, totp_step(Time(std::chrono::seconds(seconds)))).value();
  };
  EXPECT_EQ(code_at(59), "287082");
  EXPECT_EQ(code_at(1111111109), "081804");
  EXPECT_EQ(code_at(1111111111), "050471");
  EXPECT_EQ(code_at(1234567890), "005924");
  EXPECT_EQ(code_at(2000000000), "279037");
  EXPECT_EQ(code_at(20000000000), "353130");
}

TEST(Totp, OneStepEitherWayAndNeverTwice) {
  const Bytes key = to_bytes("12345678901234567890");
  const Time now(std::chrono::seconds(3000));
  const std::int64_t step = totp_step(now);
  const auto match = [&](std::int64_t of, std::int64_t last) {
    return match_totp(key, totp_code(key, of).value(), now, last).value();
  };
  EXPECT_EQ(match(step - 1, 0), step - 1);
  EXPECT_EQ(match(step, 0), step);
  EXPECT_EQ(match(step + 1, 0), step + 1);
  EXPECT_FALSE(match(step - 2, 0));
  EXPECT_FALSE(match(step + 2, 0));
  EXPECT_FALSE(match(step, step));
  EXPECT_FALSE(match(step - 1, step)) << "an older one neither";
  EXPECT_TRUE(match(step + 1, step));
  const std::string code = totp_code(key, step).value();
  EXPECT_TRUE(match_totp(key, code.substr(0, 3) + " " + code.substr(3), now, 0).value());
  for (const std::string& bad : {std::string(), code.substr(1), code + "0", std::string(10'000, '0')}) {
    EXPECT_FALSE(match_totp(key, bad, now, 0).value()) << bad.size();
  }
}

TEST(Totp, Base32OfRfc4648) {
  EXPECT_EQ(to_base32(as_bytes("")), "");
  EXPECT_EQ(to_base32(as_bytes("f")), "MY");
  EXPECT_EQ(to_base32(as_bytes("foo")), "MZXW6");
  EXPECT_EQ(to_base32(as_bytes("foobar")), "MZXW6YTBOI");
}

class SecondFactorTest : public GateTest {
 protected:
  SecondFactorTest() { who_ = as("root"); }
  Bytes key(const std::optional<Authenticator>& authenticator, const std::string& password = kPassword) {
    const Secret opened = open_authenticator(authenticator.value(), secret(password), "root").value();
    return {opened.view().begin(), opened.view().end()};
  }
  std::string code(const Bytes& key, int steps = 0) {
    return totp_code(key, totp_step(clock_.now()) + steps).value();
  }
  User root() { return gate_.users().find("root").value(); }
  Bytes set_up() {
    EXPECT_TRUE(gate_.begin_authenticator(who_, secret(kPassword)));
    const Bytes secret_key = key(root().pending);
    EXPECT_TRUE(gate_.confirm_authenticator(who_, secret(kPassword), code(secret_key)));
    clock_.advance(60s);
    return secret_key;
  }
  Identity who_{Principal({}, {}, {}), {}, {}, {}};
};

TEST_F(SecondFactorTest, IsAskedForWhenItWasConfirmed) {
  EXPECT_EQ(code_of(gate_.confirm_authenticator(who_, secret(kPassword), "123456")), "access.no-authenticator");
  const auto uri = gate_.begin_authenticator(who_, secret(kPassword));
  ASSERT_TRUE(uri) << uri.error().to_string();
  const Bytes pending = key(root().pending);
  EXPECT_EQ(*uri, "otpauth://totp/Sealgate:root?secret=" + to_base32(pending) + "&issuer=Sealgate");
  EXPECT_TRUE(sign_in("root")) << "not yet";
  EXPECT_EQ(code_of(gate_.confirm_authenticator(who_, secret(kPassword), "")), "access.wrong-code");
  ASSERT_TRUE(gate_.confirm_authenticator(who_, secret(kPassword), code(pending)));
  EXPECT_EQ(code_of(sign_in("root")), "access.code-needed");
  EXPECT_EQ(code_of(sign_in("root", kPassword, code(pending))), "access.wrong-code") << "it was used to confirm";
  clock_.advance(30s);
  EXPECT_EQ(code_of(sign_in("root", kPassword, code(pending))), "ok");
  EXPECT_EQ(code_of(sign_in("root", kPassword, code(pending))), "access.wrong-code") << "twice";
  EXPECT_EQ(code_of(sign_in("root", "not the password!", code(pending, 1))), "access.wrong-password");
  EXPECT_EQ(code_of(gate_.begin_authenticator(who_, secret(kPassword))), "access.authenticator-exists");
}

TEST_F(SecondFactorTest, TheStoreAloneGivesNoCodes) {
  const Bytes secret_key = set_up();
  const std::string content = storage_.find({RecordKind::User, "root"}).value()->content;
  EXPECT_EQ(content.find(to_base32(secret_key)), std::string::npos);
  EXPECT_EQ(content.find(to_hex(secret_key)), std::string::npos);
  EXPECT_FALSE(open_authenticator(*root().authenticator, secret("another long password"), "root"));
  EXPECT_FALSE(open_authenticator(*root().authenticator, secret(kPassword), "bob")) << "moved to another user";
}

TEST_F(SecondFactorTest, CodesCannotBeGuessedByAskingWithoutThem) {
  const Bytes secret_key = set_up();
  int evaluated = 0;
  for (int i = 0; i < 40; ++i) {
    // Whoever has the password hears that a code is needed; that must not give him more guesses.
    (void)sign_in("root");
    if (code_of(sign_in("root", kPassword, "000000", "198.51.100.1")) == "access.wrong-code") ++evaluated;
  }
  EXPECT_LE(evaluated, kNameLimits.free + 1);
  clock_.advance(kNameLimits.longest);
  EXPECT_EQ(code_of(sign_in("root", kPassword, code(secret_key))), "ok");
}

TEST_F(SecondFactorTest, GoesOnUnderANewPassword) {
  const Bytes secret_key = set_up();
  const std::string next = "another long password";
  ASSERT_TRUE(gate_.change_password(who_, secret(kPassword), secret(next)));
  EXPECT_EQ(key(root().authenticator, next), secret_key);
  EXPECT_EQ(code_of(sign_in("root", next)), "access.code-needed");
  EXPECT_EQ(code_of(sign_in("root", next, code(secret_key))), "ok");
}

TEST_F(SecondFactorTest, IsRemovedWithACodeOrBySomebodyElse) {
  const Bytes secret_key = set_up();
  EXPECT_EQ(code_of(gate_.drop_authenticator(who_, secret(kPassword), "")), "access.wrong-code");
  EXPECT_EQ(code_of(gate_.drop_authenticator(who_, secret("not the password!"), code(secret_key))),
            "access.wrong-password");
  EXPECT_EQ(code_of(gate_.drop_authenticator(who_, secret(kPassword), code(secret_key))), "ok");
  EXPECT_EQ(code_of(sign_in("root")), "ok");
  set_up();
  EXPECT_EQ(code_of(gate_.users().remove_authenticator(local_, "root")), "ok");
  EXPECT_EQ(code_of(gate_.users().remove_authenticator(local_, "root")), "access.no-authenticator");
  EXPECT_EQ(code_of(sign_in("root")), "ok");
}

TEST_F(SecondFactorTest, APasswordThatIsResetTakesItAlong) {
  set_up();
  ASSERT_TRUE(gate_.users().reset_password(local_, "root", secret("another long password")));
  EXPECT_EQ(code_of(sign_in("root", "another long password")), "ok");
}

TEST_F(SecondFactorTest, OnesOwnPasswordNeedsTheOldOneAndASession) {
  const Secret next = secret("another long password");
  EXPECT_EQ(code_of(gate_.change_password(who_, secret("not the password!"), next)), "access.wrong-password");
  EXPECT_EQ(code_of(gate_.change_password(who_, secret(kPassword), secret("short"))), "access.weak-password");
  const auto token =
      gate_.tokens().create(local_, "root", "ci", Permissions::everything(), clock_.now() + 1h).value();
  const Identity by_token = gate_.identify_token(token.secret, kHome).value();
  EXPECT_EQ(code_of(gate_.change_password(by_token, secret(kPassword), next)), "access.not-allowed");
  EXPECT_EQ(code_of(gate_.begin_authenticator(by_token, secret(kPassword))), "access.not-allowed");
  const auto other = sign_in("root");
  ASSERT_TRUE(gate_.change_password(who_, secret(kPassword), next));
  EXPECT_FALSE(gate_.identify_session(other->cookie, kHome));
  EXPECT_EQ(code_of(sign_in("root")), "access.wrong-password");
  EXPECT_EQ(code_of(sign_in("root", "another long password")), "ok");
}

}  // namespace
}  // namespace sealgate::access
