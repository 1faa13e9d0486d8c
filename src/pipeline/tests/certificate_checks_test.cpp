// Which certificate is used when, and each reason for which one is not.

#include "pipeline/certificate_checks.h"

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
#include "pipeline/errors.h"
#include "pipeline/path_settings.h"
#include "pipeline/signer_judge.h"

namespace sealgate::pipeline {
namespace {

using artifacts::RevocationPolicy;
using certificates::Usage;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::issue_crl;
using certificates::testing::kNow;

constexpr std::chrono::hours kDay{24};

class CertificateChecks : public testing::Test {
 protected:
  Identity made(std::vector<std::pair<int, std::string>> extensions = {}) {
    return issue({.subject = {{"CN", "Ours"}},
                  .issuer = &authority_,
                  .extensions = std::move(extensions),
                  .not_before = kNow - kDay,
                  .not_after = kNow + kDay,
                  .serial = 7});
  }
  void hold(const std::string& account, const Identity& identity) {
    view_.personal[account].push_back({identity.certificate, identity.key, std::nullopt});
  }
  std::string check(const Certificate& certificate, Time now = kNow) {
    const auto checked = check_certificate(view_, use_, certificate, now, &evidence_);
    if (checked) return "ok";
    for (const std::string& word :
         {use_.place, certificate.thumbprint().to_biztalk(), std::string("party Contoso")}) {
      EXPECT_NE(checked.error().where.find(word), std::string::npos) << checked.error().to_string();
    }
    EXPECT_FALSE(checked.error().remedy.empty());
    return std::string(checked.error().code.id);
  }
  std::string find(const Thumbprint& thumbprint) {
    const auto found = find_own(view_, use_, thumbprint);
    return found ? "ok" : std::string(found.error().code.id);
  }

  Identity authority_ = issue_ca("Authority");
  CertificateView view_;
  CertificateUse use_{Usage::Sign, "send port Out", "Contoso", "default", RevocationPolicy::Prefer};
  messaging::TrackingDetails evidence_;
};

TEST_F(CertificateChecks, ValidityIncludesBothEnds) {
  const Certificate certificate = made().certificate;
  EXPECT_EQ(check(certificate, kNow - kDay), "ok");
  EXPECT_EQ(check(certificate, kNow + kDay), "ok");
  EXPECT_EQ(check(certificate, kNow - kDay - std::chrono::milliseconds(1)), kCertificateNotYetValid.id);
  EXPECT_EQ(check(certificate, kNow + kDay + std::chrono::milliseconds(1)), kCertificateExpired.id);
}

TEST_F(CertificateChecks, KeyUsageDecidesForEachUse) {
  const Certificate signs = made({{NID_key_usage, "digitalSignature"}}).certificate;
  const Certificate agrees = made({{NID_key_usage, "keyAgreement"}}).certificate;
  const Certificate mail = made({{NID_ext_key_usage, "emailProtection"}}).certificate;
  for (const Usage usage : certificates::kAllUsages) {
    use_.usage = usage;
    const bool opens = usage == Usage::Encrypt || usage == Usage::Decrypt;
    const bool shows = usage == Usage::HttpsClient;
    const bool serves = usage == Usage::HttpsServer;
    EXPECT_EQ(check(signs), opens ? kCertificateUnsuitable.id : "ok") << to_string(usage);
    EXPECT_EQ(check(agrees), opens || shows ? "ok" : kCertificateUnsuitable.id) << to_string(usage);
    EXPECT_EQ(check(mail), shows || serves ? kCertificateUnsuitable.id : "ok") << to_string(usage);
  }
}

TEST_F(CertificateChecks, RevokedIsAlwaysAnErrorAndUnknownByThePolicy) {
  const Certificate certificate = made().certificate;
  view_.trusted_roots = {authority_.certificate};
  EXPECT_EQ(check(certificate), "ok");
  ASSERT_EQ(evidence_.size(), 1U);
  EXPECT_EQ(evidence_[0].first, "revocation.unknown");
  use_.revocation = RevocationPolicy::Require;
  EXPECT_EQ(check(certificate), kRevocationUnknown.id);
  view_.crls = {issue_crl(authority_, {8})};
  EXPECT_EQ(check(certificate), "ok");
  view_.crls = {issue_crl(authority_, {7})};
  EXPECT_EQ(check(certificate), kCertificateRevoked.id);
  use_.revocation = RevocationPolicy::Prefer;
  EXPECT_EQ(check(certificate), kCertificateRevoked.id);
  use_.revocation = RevocationPolicy::Off;
  EXPECT_EQ(check(certificate), "ok");
  view_.untrusted = {certificate.thumbprint_sha256()};
  EXPECT_EQ(check(certificate), kCertificateDistrusted.id);
}

TEST_F(CertificateChecks, WhereItLiesIsToldWhenItLiesWrong) {
  const Identity own = made();
  const Thumbprint& thumbprint = own.certificate.thumbprint_sha256();
  EXPECT_EQ(find(thumbprint), kCertificateMissing.id);
  view_.other_people = certificates::find_among({own.certificate});
  EXPECT_EQ(find(thumbprint), kCertificateInWrongStore.id);
  hold("other", own);
  EXPECT_EQ(find(thumbprint), kCertificateOfOtherAccount.id);
  hold("default", own);
  EXPECT_EQ(find(thumbprint), "ok");
  view_.personal["default"][0].key.reset();
  EXPECT_EQ(find(thumbprint), kPrivateKeyUnusable.id);
  view_.personal["default"][0].key_error = Error{kPrivateKeyUnusable, "its token is not there", {}, "plug it in"};
  const auto unusable = find_own(view_, use_, thumbprint);
  ASSERT_FALSE(unusable);
  EXPECT_NE(unusable.error().what.find("its token is not there"), std::string::npos);
  EXPECT_EQ(unusable.error().remedy, "plug it in");

  use_.account.clear();
  EXPECT_TRUE(find_partner(view_, use_, thumbprint));
  view_.other_people = certificates::find_among({});
  EXPECT_EQ(find_partner(view_, use_, thumbprint).error().code, kCertificateInWrongStore);
  view_.personal.clear();
  EXPECT_EQ(find_partner(view_, use_, thumbprint).error().code, kCertificateMissing);
  view_.intermediates = {own.certificate};
  const auto elsewhere = find_partner(view_, use_, thumbprint);
  EXPECT_EQ(elsewhere.error().code, kCertificateInWrongStore);
  EXPECT_NE(elsewhere.error().what.find("but in IntermediateAuthorities"), std::string::npos);
}

TEST_F(CertificateChecks, TheStricterOfPortAndPartyDecidesElseTheGroup) {
  artifacts::ArtifactSet set;
  artifacts::Party party;
  EXPECT_EQ(outbound_policy(set, {}, nullptr), RevocationPolicy::Prefer);
  EXPECT_EQ(outbound_policy(set, RevocationPolicy::Require, nullptr), RevocationPolicy::Require);
  party.revocation = RevocationPolicy::Require;
  EXPECT_EQ(outbound_policy(set, RevocationPolicy::Off, &party), RevocationPolicy::Require);
  set.group = artifacts::Group{};
  EXPECT_EQ(outbound_policy(set, {}, nullptr), RevocationPolicy::Prefer);
  using Policy = std::optional<RevocationPolicy>;
  const auto off = RevocationPolicy::Off, prefer = RevocationPolicy::Prefer, require = RevocationPolicy::Require;
  for (const Policy group : {Policy(), Policy(off), Policy(prefer), Policy(require)}) {
    for (const Policy port : {Policy(), Policy(off), Policy(prefer), Policy(require)}) {
      for (const Policy of_party : {Policy(), Policy(off), Policy(prefer), Policy(require)}) {
        set.group->revocation.policy = group;
        party.revocation = of_party;
        const Policy own = port && of_party ? std::max(*port, *of_party) : port ? port : of_party;
        EXPECT_EQ(outbound_policy(set, port, &party), own.value_or(group.value_or(prefer)));
        EXPECT_EQ(inbound_policy(set, port, &party), own.value_or(group.value_or(require)));
      }
    }
  }
}

TEST(PathSettings, AddToThePolicyAndNeverTakeAway) {
  certificates::PathPolicy policy;
  policy.auth_level = 1;
  apply_path_settings(nullptr, policy);
  artifacts::Party party;
  apply_path_settings(&party, policy);
  EXPECT_EQ(policy.auth_level, 1);
  EXPECT_FALSE(policy.policies.check);
  party.path = {2, {"1.3.6.1.4.1.99999.1"}, false};
  apply_path_settings(&party, policy);
  EXPECT_EQ(policy.auth_level, 2);
  EXPECT_TRUE(policy.policies.check);
  EXPECT_TRUE(policy.policies.require_explicit_policy);
  EXPECT_EQ(policy.policies.initial_policies, party.path.policies);
}

}  // namespace
}  // namespace sealgate::pipeline
