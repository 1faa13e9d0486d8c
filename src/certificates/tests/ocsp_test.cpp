#include "certificates/ocsp.h"

#include <gtest/gtest.h>

#include "certificates/access_points.h"
#include "certificates/errors.h"
#include "certificates/tests/test_ocsp.h"

namespace sealgate::certificates {
namespace {

using namespace testing;
using std::chrono::hours;
using std::chrono::minutes;

class Ocsp : public ::testing::Test {
 protected:
  Result<OcspAnswer> check(const Bytes& der) const {
    return check_ocsp_response(der, user_.certificate, ca_.certificate, rules_);
  }
  void expect_refused(const Bytes& der, ErrorCode code) const {
    const auto answer = check(der);
    ASSERT_FALSE(answer) << "accepted, and should be " << code.id;
    EXPECT_EQ(answer.error().code.id, code.id) << answer.error().to_string();
  }

  Identity ca_ = issue_ca("Authority");
  Identity user_ = issue({.subject = {{"CN", "User"}}, .issuer = &ca_, .serial = 5});
  Identity responder_ = issue_responder(ca_);
  OcspReply reply_{.subject = &user_, .issuer = &ca_};
  OcspRules rules_{.time = kNow + minutes(10)};
};

TEST_F(Ocsp, TheIssuerSaysGoodAndRevoked) {
  const auto good = check(make_ocsp_reply(reply_));
  ASSERT_TRUE(good) << good.error().to_string();
  EXPECT_EQ(good->status, RevocationStatus::Good);
  EXPECT_EQ(good->valid_until, kNow + hours(1));
  reply_.status = V_OCSP_CERTSTATUS_REVOKED;
  const auto revoked = check(make_ocsp_reply(reply_));
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, RevocationStatus::Revoked);
  EXPECT_EQ(revoked->revoked_at, kNow);
  reply_.status = V_OCSP_CERTSTATUS_UNKNOWN;
  EXPECT_EQ(check(make_ocsp_reply(reply_))->status, RevocationStatus::Unknown);
}

TEST_F(Ocsp, ADelegatedResponderCountsOnlyWithTheIssuersOrder) {
  reply_.signer = &responder_;
  EXPECT_TRUE(check(make_ocsp_reply(reply_)));
  reply_.attach_signer = false;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  const std::vector<Certificate> candidates{responder_.certificate};
  rules_.candidates = candidates;
  EXPECT_TRUE(check(make_ocsp_reply(reply_)));

  reply_.attach_signer = true;
  const Identity plain = issue_responder(ca_, false);
  reply_.signer = &plain;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  reply_.signer = &user_;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  // Of the same name but another key.
  const Identity impostor = issue_ca("Authority");
  reply_.signer = &impostor;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  const Identity foreign = issue_responder(impostor);
  reply_.signer = &foreign;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
}

TEST_F(Ocsp, AResponderThatWasRevokedOrDistrustedOrExpiredIsNotBelieved) {
  reply_.signer = &responder_;
  const std::vector<Crl> lists{issue_crl(ca_, {77})};
  rules_.crls = lists;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  rules_.crls = {};
  const std::vector<Thumbprint> distrusted{responder_.certificate.thumbprint_sha256()};
  rules_.distrusted = distrusted;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
  rules_.distrusted = {};
  const Identity old = issue({.subject = {{"CN", "Old"}},
                              .issuer = &ca_,
                              .extensions = {{NID_ext_key_usage, "OCSPSigning"}},
                              .not_after = kNow});
  reply_.signer = &old;
  expect_refused(make_ocsp_reply(reply_), kOcspUnauthorized);
}

TEST_F(Ocsp, NoncesMustMatchWhereThereAreTwo) {
  const Bytes ours = make_ocsp_request(user_.certificate, ca_.certificate, Bytes(16, 1)).value();
  const Bytes other = make_ocsp_request(user_.certificate, ca_.certificate, Bytes(16, 2)).value();
  rules_.request = ours;
  reply_.request = ours;
  EXPECT_TRUE(check(make_ocsp_reply(reply_))->nonce);
  reply_.request = other;
  expect_refused(make_ocsp_reply(reply_), kOcspWrongNonce);
  reply_.request = {};
  EXPECT_FALSE(check(make_ocsp_reply(reply_))->nonce) << "prepared answers have none";
}

TEST_F(Ocsp, TimesAreHeld) {
  rules_.time = kNow + hours(1) + minutes(4);
  EXPECT_TRUE(check(make_ocsp_reply(reply_))) << "clocks differ a little";
  rules_.time = kNow + hours(1) + minutes(6);
  expect_refused(make_ocsp_reply(reply_), kOcspStale);
  rules_.time = kNow - minutes(6);
  expect_refused(make_ocsp_reply(reply_), kOcspStale);
  reply_.next_update.reset();
  rules_.time = kNow + minutes(64);
  EXPECT_TRUE(check(make_ocsp_reply(reply_)));
  rules_.time = kNow + minutes(66);
  expect_refused(make_ocsp_reply(reply_), kOcspStale);
}

TEST_F(Ocsp, OtherCertificatesAndOtherDigestsOfTheId) {
  reply_.id_digest = EVP_sha256();
  EXPECT_TRUE(check(make_ocsp_reply(reply_)));
  reply_.id_digest = EVP_md5();
  expect_refused(make_ocsp_reply(reply_), kOcspNotAboutIt);
  const Identity other = issue({.subject = {{"CN", "Other"}}, .issuer = &ca_, .serial = 6});
  reply_.id_digest = EVP_sha1();
  reply_.subject = &other;
  expect_refused(make_ocsp_reply(reply_), kOcspNotAboutIt);
}

TEST_F(Ocsp, BrokenResponsesAreRefusedAtEveryByte) {
  const Bytes good = make_ocsp_reply(reply_);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(check(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)))) << size;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes flipped = good;
    flipped[at] = static_cast<Byte>(flipped[at] ^ 0x10);
    static_cast<void>(check(flipped));  // some bytes do not matter; none may do harm
  }
  Bytes longer = good;
  longer.push_back(0);
  expect_refused(longer, kOcspMalformed);
  expect_refused(Bytes(kMaxOcspResponse + 1, 0x30), kOcspMalformed);
  // "unauthorized", as a responder says that does not know the authority.
  expect_refused(Bytes{0x30, 0x03, 0x0A, 0x01, 0x06}, kOcspRefused);
}

TEST_F(Ocsp, AccessPointsAreHttpOnly) {
  const Identity pointed = issue(
      {.subject = {{"CN", "Pointed"}},
       .issuer = &ca_,
       .extensions = {{NID_crl_distribution_points,
                       "URI:ldap://ldap.example/cn=x,URI:http://crl.example/a.crl,URI:HTTPS://crl.example/b.crl"},
                      {NID_freshest_crl, "URI:http://crl.example/delta.crl"},
                      {NID_info_access,
                       "OCSP;URI:http://ocsp.example/,caIssuers;URI:file:///etc/passwd,"
                       "caIssuers;URI:http://ca.example/ca.cer"}}});
  const AccessPoints points = access_points(pointed.certificate);
  EXPECT_EQ(points.lists, (std::vector<std::string>{"http://crl.example/a.crl", "HTTPS://crl.example/b.crl"}));
  EXPECT_EQ(points.deltas, std::vector<std::string>{"http://crl.example/delta.crl"});
  EXPECT_EQ(points.responders, std::vector<std::string>{"http://ocsp.example/"});
  EXPECT_EQ(points.issuers, std::vector<std::string>{"http://ca.example/ca.cer"});
  EXPECT_TRUE(access_points(user_.certificate).lists.empty());
}

}  // namespace
}  // namespace sealgate::certificates
