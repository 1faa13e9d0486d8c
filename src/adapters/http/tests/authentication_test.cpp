// Names and passwords: the Authorization field, nonces, and what an authenticator believes.

#include <gtest/gtest.h>

#include "adapters/http/authenticator.h"
#include "crypto/digest.h"
#include "crypto/password_hash.h"
#include "mime/base64.h"

namespace sealgate::adapters::http {
namespace {

using crypto::DigestAlgorithm;
using std::chrono::minutes;
using std::chrono::seconds;

std::string hex(DigestAlgorithm algorithm, const std::string& text) {
  return to_hex(crypto::digest(algorithm, as_bytes(text))->view());
}

TEST(Authorization, BasicIsNameAndPassword) {
  const auto read = [](const std::string& pair, const std::string& scheme = "Basic") {
    return parse_authorization(scheme + " " + mime::base64_encode(as_bytes(pair)));
  };
  const auto good = read("alice:open:sesame");
  ASSERT_TRUE(good);
  EXPECT_EQ(std::get<BasicCredentials>(*good).user, "alice");
  EXPECT_EQ(std::get<BasicCredentials>(*good).password.text(), "open:sesame");
  EXPECT_TRUE(read("alice:", "bASIC"));
  EXPECT_FALSE(read("alice"));
  EXPECT_FALSE(read(":x"));
  EXPECT_FALSE(read("ali\nce:x"));
  EXPECT_FALSE(read(std::string("ali\0ce:x", 8)));
  for (const auto* text : {"", "Basic", "Basic ", "Basic !!!", "Bearer abc", "Basic:YTpi", "Negotiate YTpi"}) {
    EXPECT_FALSE(parse_authorization(text)) << text;
  }
  EXPECT_FALSE(parse_authorization("Basic " + std::string(10'000, 'A')));
}

TEST(Authorization, DigestHasEachParameterOnce) {
  const std::string good =
      R"(Digest username="a\\b \"c\"", realm="r", nonce="n", uri="/in?x=1,2", response="00", cnonce="c", nc=00000001, qop=auth, algorithm=SHA-256, opaque="o")";
  const auto read = parse_authorization(good);
  ASSERT_TRUE(read);
  const auto& digest = std::get<DigestCredentials>(*read);
  EXPECT_EQ(digest.user, "a\\b \"c\"");
  EXPECT_EQ(digest.uri, "/in?x=1,2");
  EXPECT_EQ(digest.nonce_count, "00000001");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"qop=auth, ", ""},
                                                        {"cnonce=\"c\", ", ""},
                                                        {"nc=00000001", "nc=00000001, nc=00000002"},
                                                        {"realm=\"r\"", "realm=\"r"},
                                                        {"realm=\"r\", ", "realm=\"r\" "},
                                                        {"realm=\"r\"", "realm"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_FALSE(parse_authorization(bad)) << bad;
  }
}

TEST(DigestNonces, AreOursForAWhileAndEachCountIsForOnce) {
  DigestNonces nonces;
  const auto now = DigestNonces::Clock::now();
  using Use = DigestNonces::Use;
  const std::string nonce = nonces.make(now);
  EXPECT_EQ(nonces.use(nonce, 1, now), Use::Fresh);
  EXPECT_EQ(nonces.use(nonce, 1, now), Use::Stale) << "played again";
  EXPECT_EQ(nonces.use(nonce, 3, now), Use::Fresh);
  EXPECT_EQ(nonces.use(nonce, 2, now), Use::Fresh) << "was overtaken";
  EXPECT_EQ(nonces.use(nonce, 2, now), Use::Stale);
  EXPECT_EQ(nonces.use(nonce, 0, now), Use::Stale);
  EXPECT_EQ(nonces.use(nonce, 1000, now), Use::Fresh);
  EXPECT_EQ(nonces.use(nonce, 4, now), Use::Stale) << "too far behind to be known";
  EXPECT_EQ(nonces.use(nonce, 2000, now + minutes(6)), Use::Stale);
  std::string other = nonce;
  other[20] = other[20] == '0' ? '1' : '0';
  EXPECT_EQ(nonces.use(other, 1, now), Use::Foreign);
  EXPECT_EQ(nonces.use("", 1, now), Use::Foreign);
  EXPECT_EQ(DigestNonces().use(nonce, 1, now), Use::Foreign);
}

TEST(DigestNonces, AFullTableForgetsTheOldestAndNeverForgetsAReplay) {
  DigestNonces nonces;
  auto now = DigestNonces::Clock::now();
  using Use = DigestNonces::Use;
  const std::string first = nonces.make(now);
  EXPECT_EQ(nonces.use(first, 1, now), Use::Fresh);
  for (std::size_t i = 0; i < DigestNonces::kMaximumUsed; ++i) {
    now += std::chrono::milliseconds(1);
    ASSERT_EQ(nonces.use(nonces.make(now), 1, now), Use::Fresh);
  }
  EXPECT_EQ(nonces.use(first, 1, now), Use::Stale);
  EXPECT_EQ(nonces.use(first, 2, now), Use::Stale);
}

class Authentication : public ::testing::Test {
 protected:
  Authentication() {
    users_.by_name["alice"] = {*crypto::hash_password(as_bytes("sesame")),
                               hex(DigestAlgorithm::Sha256, "alice:sealgate:sesame"),
                               hex(DigestAlgorithm::Md5, "alice:sealgate:sesame")};
    users_.by_name["digest-only"] = {"", hex(DigestAlgorithm::Sha256, "digest-only:sealgate:x"), ""};
  }
  Authenticator::Verdict judge(const std::string& authorization, const std::string& client = "192.0.2.1") {
    net::HttpRequest request;
    request.method = "POST";
    request.target = request.path = "/in";
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return authenticator_.judge(request, client, users_, wanted_, now_);
  }
  int status(const std::string& authorization, const std::string& client = "192.0.2.1") {
    const auto verdict = judge(authorization, client);
    return verdict.refusal ? verdict.refusal->status : 0;
  }
  static std::string basic(const std::string& pair) { return "Basic " + mime::base64_encode(as_bytes(pair)); }

  struct Answer {
    std::string user = "alice";
    std::string password = "sesame";
    std::string nonce;
    std::string uri = "/in";
    std::string count = "00000001";
    std::string realm = "sealgate";
    std::string qop = "auth";
    std::string algorithm = "SHA-256";
  };
  static std::string digest(const Answer& answer) {
    const auto algorithm = answer.algorithm == "SHA-256" ? DigestAlgorithm::Sha256 : DigestAlgorithm::Md5;
    const std::string secret = hex(algorithm, answer.user + ":" + answer.realm + ":" + answer.password);
    const std::string response = hex(algorithm, secret + ":" + answer.nonce + ":" + answer.count +
                                                    ":cc:" + answer.qop + ":" + hex(algorithm, "POST:" + answer.uri));
    return "Digest username=\"" + answer.user + "\", realm=\"" + answer.realm + "\", nonce=\"" + answer.nonce +
           "\", uri=\"" + answer.uri + "\", response=\"" + response + "\", cnonce=\"cc\", nc=" + answer.count +
           ", qop=" + answer.qop + ", algorithm=" + answer.algorithm;
  }
  std::string nonce() {
    const auto challenge = judge("");
    const std::string* field = challenge.refusal->headers.find("WWW-Authenticate");
    const std::size_t at = field->find("nonce=\"") + 7;
    return field->substr(at, field->find('"', at) - at);
  }
  bool says_stale(const std::string& authorization) {
    const auto verdict = judge(authorization);
    return verdict.refusal && verdict.refusal->status == 401 &&
           verdict.refusal->headers.find("WWW-Authenticate")->find("stale=true") != std::string::npos;
  }

  HttpUsers users_;
  WantedAuthentication wanted_{false, true, true};
  Authenticator authenticator_;
  Authenticator::Clock::time_point now_ = Authenticator::Clock::now();
};

TEST_F(Authentication, ChallengesTheBestFirst) {
  const auto verdict = judge("");
  ASSERT_TRUE(verdict.refusal);
  EXPECT_EQ(verdict.refusal->status, 401);
  std::vector<std::string> offered;
  for (const auto& field : verdict.refusal->headers) {
    if (field.name == "WWW-Authenticate") offered.push_back(field.value);
  }
  ASSERT_EQ(offered.size(), 3U);
  EXPECT_NE(offered[0].find("algorithm=SHA-256"), std::string::npos);
  EXPECT_NE(offered[1].find("algorithm=MD5"), std::string::npos);
  EXPECT_TRUE(offered[2].starts_with("Basic realm=\"sealgate\""));
  users_.by_name["alice"].digest_md5.clear();
  EXPECT_EQ(judge("").refusal->headers.count("WWW-Authenticate"), 2U) << "nobody could answer MD5";
}

TEST_F(Authentication, BasicKnowsTheRightPasswordOnly) {
  EXPECT_EQ(judge(basic("alice:sesame")).user, "alice");
  EXPECT_EQ(status(basic("alice:sesame")), 0) << "remembered";
  EXPECT_EQ(status(basic("alice:Sesame")), 401);
  EXPECT_EQ(status(basic("nobody:sesame")), 401);
  EXPECT_EQ(status(basic("digest-only:x")), 401);
  users_.by_name["alice"].password_hash = *crypto::hash_password(as_bytes("changed"));
  EXPECT_EQ(status(basic("alice:sesame")), 401) << "what is remembered goes with the hash";
  EXPECT_EQ(status(basic("alice:changed")), 0);
  wanted_.basic = false;
  EXPECT_EQ(status(basic("alice:changed")), 401) << "not offered";
}

TEST_F(Authentication, AnonymousMayButAWrongNameMayNot) {
  wanted_.anonymous = true;
  EXPECT_EQ(status(""), 0);
  EXPECT_EQ(judge("").user, "");
  EXPECT_EQ(status(basic("alice:wrong")), 401);
  EXPECT_EQ(judge(basic("alice:sesame")).user, "alice");
  wanted_ = {true, false, false};
  EXPECT_EQ(judge(basic("alice:wrong")).user, "") << "nobody asked";
}

TEST_F(Authentication, GuessingIsSlowedDownForWhoGuessesOnly) {
  int wrong = 0;
  while (status(basic("alice:guess"), "192.0.2.66") == 401) ASSERT_LT(++wrong, 20);
  EXPECT_EQ(wrong, 10);
  const auto refused = judge(basic("alice:sesame"), "192.0.2.66");
  ASSERT_TRUE(refused.refusal) << "nor can a right guess be told from a wrong one";
  EXPECT_EQ(refused.refusal->status, 429);
  EXPECT_TRUE(refused.refusal->headers.contains("Retry-After"));
  EXPECT_EQ(status(basic("alice:sesame"), "192.0.2.1"), 0);
  EXPECT_EQ(status(basic("alice:sesame"), "192.0.2.66"), 0) << "what was right before needs no guess";
  now_ += seconds(7);
  EXPECT_EQ(status(basic("alice:guess"), "192.0.2.66"), 401);
  EXPECT_EQ(status(basic("alice:guess"), "192.0.2.66"), 429);
}

TEST_F(Authentication, DigestBelievesOneAnswerOnce) {
  for (const auto* algorithm : {"SHA-256", "MD5"}) {
    const std::string answer = digest({.nonce = nonce(), .algorithm = algorithm});
    EXPECT_EQ(judge(answer).user, "alice") << algorithm;
    EXPECT_TRUE(says_stale(answer)) << "played again";
  }
  const std::string once = nonce();
  EXPECT_EQ(status(digest({.nonce = once})), 0);
  EXPECT_EQ(status(digest({.nonce = once, .count = "00000002"})), 0);
  now_ += minutes(6);
  EXPECT_TRUE(says_stale(digest({.nonce = once, .count = "00000003"})));
  EXPECT_EQ(judge(digest({.user = "digest-only", .password = "x", .nonce = nonce()})).user, "digest-only");
}

TEST_F(Authentication, DigestRefusesEverythingElse) {
  const auto refused = [&](const Answer& answer) {
    const std::string field = digest(answer);
    return status(field) == 401 && !says_stale(field);
  };
  EXPECT_TRUE(refused({.password = "wrong", .nonce = nonce()}));
  EXPECT_TRUE(refused({.user = "nobody", .nonce = nonce()}));
  EXPECT_TRUE(refused({.nonce = nonce(), .uri = "/other"})) << "an answer for another location";
  EXPECT_TRUE(refused({.nonce = nonce(), .count = "1"}));
  EXPECT_TRUE(refused({.nonce = nonce(), .count = "0000000g"}));
  EXPECT_TRUE(refused({.nonce = nonce(), .realm = "elsewhere"}));
  EXPECT_TRUE(refused({.nonce = nonce(), .qop = "auth-int"}));
  EXPECT_TRUE(refused({.nonce = nonce(), .algorithm = "MD5-sess"}));
  EXPECT_TRUE(refused({.user = "digest-only", .password = "x", .nonce = nonce(), .algorithm = "MD5"}));
  EXPECT_TRUE(says_stale(digest({.nonce = "made-up"}))) << "right but for the nonce: take a new one";
  wanted_.digest = false;
  EXPECT_EQ(status(digest({.nonce = "made-up"})), 401);
}

TEST_F(Authentication, TwoFieldsAreNoAnswer) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/in";
  request.headers.add("Authorization", basic("alice:wrong"));
  request.headers.add("Authorization", basic("alice:sesame"));
  const auto verdict = authenticator_.judge(request, "192.0.2.1", users_, wanted_, now_);
  ASSERT_TRUE(verdict.refusal);
  EXPECT_EQ(verdict.refusal->status, 400);
}

TEST(RateLimits, GiveEachKeyItsTurnsAndForgetThoseThatAreFull) {
  RateLimits limits;
  auto now = RateLimits::Clock::now();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limits.take("a", 5, 5, now));
  EXPECT_FALSE(limits.take("a", 5, 5, now));
  EXPECT_TRUE(limits.take("b", 5, 5, now));
  now += std::chrono::milliseconds(250);
  EXPECT_TRUE(limits.take("a", 5, 5, now));
  EXPECT_FALSE(limits.take("a", 5, 5, now));
  for (std::size_t i = 0; i < 2 * RateLimits::kMaximumKeys; ++i)
    EXPECT_TRUE(limits.take(std::to_string(i), 5, 5, now));
}

}  // namespace
}  // namespace sealgate::adapters::http
