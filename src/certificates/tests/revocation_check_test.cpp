#include "certificates/revocation_check.h"

#include <gtest/gtest.h>

#include "certificates/revocation_lists.h"
#include "certificates/tests/test_ocsp.h"

namespace sealgate::certificates {
namespace {

using namespace testing;
using std::chrono::hours;

/// Gives what it was told to, and remembers what it was asked.
class Fetcher final : public StatusFetcher {
 public:
  StatusEvidence fetch_status(const Certificate& certificate, const Certificate&, bool needed) override {
    asked.push_back(certificate.short_name() + (needed ? " needed" : ""));
    return evidence;
  }
  std::vector<Certificate> fetch_issuers(const Certificate&) override { return {}; }
  std::vector<std::string> asked;
  StatusEvidence evidence;
};

class RevocationCheck : public ::testing::Test {
 protected:
  RevocationVerdict check() {
    const std::vector<Certificate> path{user_.certificate, middle_.certificate, root_.certificate};
    const std::vector<Certificate> anchors{root_.certificate};
    RevocationInputs inputs;
    inputs.candidates = path;
    inputs.anchors = anchors;
    inputs.crls = lists_;
    inputs.unproven_crls = unproven_;
    inputs.ocsp_responses = responses_;
    inputs.time = time_;
    inputs.fetcher = fetcher_;
    return check_revocation(path, inputs);
  }

  Identity root_ = issue_ca("Root");
  Identity middle_ =
      issue({.subject = {{"CN", "Middle"}}, .issuer = &root_, .extensions = ca_extensions(), .serial = 3});
  Identity user_ = issue({.subject = {{"CN", "User"}}, .issuer = &middle_, .serial = 5});
  std::vector<Crl> lists_;
  std::vector<Crl> unproven_;
  std::vector<Bytes> responses_;
  Time time_ = kNow + hours(1);
  Fetcher* fetcher_ = nullptr;
};

TEST_F(RevocationCheck, EveryCertificateButTheAnchorIsAsked) {
  EXPECT_EQ(check().status, RevocationStatus::Unknown);
  EXPECT_EQ(check().outcome, "chain:crl-missing");
  lists_ = {issue_crl(middle_, {})};
  EXPECT_EQ(check().status, RevocationStatus::Unknown);
  EXPECT_EQ(check().depth, 1);
  lists_.push_back(issue_crl(root_, {}));
  EXPECT_EQ(check().status, RevocationStatus::Good) << check().text;
  lists_ = {issue_crl(middle_, {}), issue_crl(root_, {3})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
  EXPECT_EQ(check().depth, 1);
  lists_ = {issue_crl(middle_, {5})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
  EXPECT_EQ(check().outcome, "chain:revoked");
}

TEST_F(RevocationCheck, ARevokedIntermediateStopsAlsoWhereTheLeafIsUnknown) {
  lists_ = {issue_crl(root_, {3})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
}

TEST_F(RevocationCheck, AListThatIsOutOfDateStillNamesWhoWasRevoked) {
  time_ = kNow + hours(48);
  lists_ = {issue_crl(middle_, {5}), issue_crl(root_, {})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
  lists_ = {issue_crl(middle_, {4}), issue_crl(root_, {})};
  EXPECT_EQ(check().status, RevocationStatus::Unknown);
  EXPECT_EQ(check().outcome, "chain:crl-expired");
}

TEST_F(RevocationCheck, ListsOfTheMessageCountOnlyWhenTheIssuerSignedThem) {
  lists_ = {issue_crl(root_, {})};
  unproven_ = {issue_crl(middle_, {})};
  EXPECT_EQ(check().status, RevocationStatus::Good);
  // The sender's own, by the same name: neither does it clear, nor does it spoil what is good.
  const Identity impostor =
      issue({.subject = {{"CN", "Middle"}}, .issuer = &root_, .extensions = ca_extensions(), .serial = 4});
  unproven_ = {issue_crl(impostor, {}, kNow + hours(1))};
  EXPECT_EQ(check().status, RevocationStatus::Unknown);
  lists_.push_back(issue_crl(middle_, {}));
  EXPECT_EQ(check().status, RevocationStatus::Good);
  lists_ = {issue_crl(root_, {}), issue_crl(middle_, {5})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
}

TEST_F(RevocationCheck, OcspSpeaksForItsCertificateAndRevokedWinsOverGood) {
  lists_ = {issue_crl(root_, {})};
  OcspReply reply{.subject = &user_, .issuer = &middle_};
  responses_ = {make_ocsp_reply(reply)};
  EXPECT_EQ(check().status, RevocationStatus::Good);
  EXPECT_EQ(check().source, "OCSP of CN=Middle");
  lists_.push_back(issue_crl(middle_, {5}));
  EXPECT_EQ(check().status, RevocationStatus::Revoked) << "a list names it";
  lists_ = {issue_crl(root_, {}), issue_crl(middle_, {})};
  reply.status = V_OCSP_CERTSTATUS_REVOKED;
  responses_.push_back(make_ocsp_reply(reply));
  EXPECT_EQ(check().status, RevocationStatus::Revoked) << "the newer answer of two";
  EXPECT_NE(check().text.find("OCSP of CN=Middle"), std::string::npos);
}

TEST_F(RevocationCheck, TheFetcherIsAskedForWhatIsMissing) {
  Fetcher fetcher;
  fetcher_ = &fetcher;
  lists_ = {issue_crl(root_, {})};
  fetcher.evidence.crls = {issue_crl(middle_, {})};
  EXPECT_EQ(check().status, RevocationStatus::Good);
  EXPECT_EQ(fetcher.asked, (std::vector<std::string>{"User needed", "Middle"}));
  fetcher.evidence.crls = {issue_crl(middle_, {5})};
  EXPECT_EQ(check().status, RevocationStatus::Revoked);
  fetcher.evidence.crls.clear();
  fetcher.evidence.ocsp_responses = {Bytes{1, 2, 3}};
  EXPECT_EQ(check().status, RevocationStatus::Unknown);
}

TEST_F(RevocationCheck, WhatSupersedesWhat) {
  const Crl first = issue_crl(middle_, {1});
  const Crl second = issue_crl(middle_, {1, 2}, kNow + hours(1));
  EXPECT_TRUE(supersedes(second, first));
  EXPECT_FALSE(supersedes(first, second));
  EXPECT_FALSE(supersedes(first, first));
  EXPECT_FALSE(supersedes(issue_crl(root_, {}, kNow + hours(1)), first));
  EXPECT_TRUE(is_signed_by(first, middle_.certificate));
  EXPECT_FALSE(is_signed_by(first, root_.certificate));
}

}  // namespace
}  // namespace sealgate::certificates
