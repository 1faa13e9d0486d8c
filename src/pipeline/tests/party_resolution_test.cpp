#include "pipeline/party_resolution.h"

#include <gtest/gtest.h>

#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

const std::string kContoso = "23779A5E11111111111111111111111111111111";
const std::string kNobody = "0000000000000000000000000000000000000001";
const Time kNow = *parse_rfc3339("2026-11-21T07:30:00Z");

artifacts::ArtifactSet parties() {
  artifacts::Party contoso;
  contoso.name = "Contoso";
  contoso.verification_certificates.push_back({*artifacts::Thumbprint::parse(kContoso)});
  contoso.weak_algorithms.push_back({"sha1", "old mapper until its renewal", kNow + std::chrono::hours(1)});
  artifacts::Party fabrikam;
  fabrikam.name = "Fabrikam";
  fabrikam.aliases.push_back({"account", "WindowsUser", "FABRIKAM\\edi"});
  artifacts::ArtifactSet set;
  set.put(contoso);
  set.put(fabrikam);
  return set;
}

TEST(PartyResolution, FindsThePartyByItsCertificate) {
  const auto set = parties();
  messaging::MessageContext context;
  context.promote(names::kSignatureCertificate, kContoso);
  const auto* party = resolve_party({}, set, context, Time{});
  ASSERT_NE(party, nullptr);
  EXPECT_EQ(party->name, "Contoso");
  EXPECT_EQ(context.text(names::kPartyName), "Contoso");
  EXPECT_TRUE(context.find(names::kPartyName)->promoted);
  EXPECT_EQ(context.text(names::kSourcePartyId), "Contoso");
}

TEST(PartyResolution, AnUnknownCertificateDoesNotFallBackToTheAccount) {
  const auto set = parties();
  messaging::MessageContext context;
  context.promote(names::kSignatureCertificate, kNobody);
  context.promote(names::kWindowsUser, std::string("FABRIKAM\\edi"));
  EXPECT_EQ(resolve_party({}, set, context, Time{}), nullptr);
  EXPECT_EQ(context.text(names::kSourcePartyId), names::kGuest);
  EXPECT_FALSE(context.has(names::kPartyName));
}

TEST(PartyResolution, TheAccountCountsWhenThereIsNoCertificate) {
  const auto set = parties();
  messaging::MessageContext context;
  context.promote(names::kWindowsUser, std::string("fabrikam\\EDI"));
  const auto* party = resolve_party({}, set, context, Time{});
  ASSERT_NE(party, nullptr);
  EXPECT_EQ(party->name, "Fabrikam");
}

TEST(PartyResolution, SwitchedOffEvidenceIsNotLookedAt) {
  const auto set = parties();
  messaging::MessageContext context;
  context.promote(names::kSignatureCertificate, kContoso);
  EXPECT_EQ(resolve_party({.resolve_by_certificate = false, .resolve_by_sid = true}, set, context, Time{}), nullptr);
  context.promote(names::kWindowsUser, std::string("FABRIKAM\\edi"));
  EXPECT_NE(resolve_party({.resolve_by_certificate = false, .resolve_by_sid = true}, set, context, Time{}), nullptr);
  EXPECT_EQ(resolve_party({.resolve_by_certificate = false, .resolve_by_sid = false}, set, context, Time{}), nullptr);
}

TEST(PartyResolution, AForgedPartyNameIsRemoved) {
  const auto set = parties();
  messaging::MessageContext context;
  context.promote(names::kPartyName, std::string("Contoso"));
  EXPECT_EQ(resolve_party({}, set, context, Time{}), nullptr);
  EXPECT_FALSE(context.has(names::kPartyName));
}

smime::Report report_with(const std::string& cipher, const std::string& digest) {
  smime::Report report;
  smime::LayerReport outer;
  outer.type = smime::LayerType::Enveloped;
  outer.cipher = cipher;
  report.layers.push_back(outer);
  smime::LayerReport inner;
  inner.type = smime::LayerType::Signed;
  smime::SignerReport signer;
  signer.digest = digest;
  inner.signers.push_back(signer);
  report.layers.push_back(inner);
  return report;
}

TEST(WeakAlgorithms, AreAllowedByNameForTheirPartyUntilTheirDate) {
  const auto set = parties();
  const auto* contoso = set.find_party("Contoso");
  EXPECT_TRUE(check_weak_algorithms(report_with("aes256-cbc", "sha256"), nullptr, kNow));
  EXPECT_TRUE(check_weak_algorithms(report_with("aes256-cbc", "sha1"), contoso, kNow));
  const auto later = check_weak_algorithms(report_with("aes256-cbc", "sha1"), contoso, kNow + std::chrono::hours(2));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, kWeakAlgorithm);
  EXPECT_FALSE(check_weak_algorithms(report_with("3des", "sha1"), contoso, kNow));
  EXPECT_FALSE(check_weak_algorithms(report_with("aes256-cbc", "sha1"), set.find_party("Fabrikam"), kNow));
  EXPECT_FALSE(check_weak_algorithms(report_with("rc2-40", "sha256"), nullptr, kNow));
  EXPECT_EQ(weak_algorithms_of(report_with("des-ede3-cbc", "md5")), (std::vector<std::string>{"3des", "md5"}));
  auto hidden = report_with("aes256-cbc", "sha256");
  hidden.layers[1].signers[0].signature_digest = "md5";  // SHA-256 of the content below an MD5 of the attributes
  EXPECT_EQ(weak_algorithms_of(hidden), (std::vector<std::string>{"md5"}));
}

TEST(WeakAlgorithms, KeysAndTheirWrappingCountAsMuchAsTheContent) {
  auto report = report_with("aes256-cbc", "sha256");
  report.layers[0].weak = {"3des-wrap", "rsa-1024"};
  report.layers[1].weak = {"dsa-1024", "ec-192", "sha1"};
  EXPECT_EQ(weak_algorithms_of(report), (std::vector<std::string>{"3des", "rsa-1024", "sha1"}));
  artifacts::Party party;
  party.name = "Contoso";
  const auto allow = [&](const char* name) {
    party.weak_algorithms.push_back({name, "until its renewal", kNow + std::chrono::hours(1)});
  };
  allow("3des");
  allow("sha1");
  const auto refused = check_weak_algorithms(report, &party, kNow);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().remedy.find("add rsa-1024 "), std::string::npos) << refused.error().remedy;
  allow("rsa-1024");
  EXPECT_TRUE(check_weak_algorithms(report, &party, kNow));
}

TEST(WeakAlgorithms, AnyLengthOfRc2AllowsTheWrappingWithRc2) {
  auto report = report_with("aes128-cbc", "sha256");
  report.layers[0].weak = {"rc2-wrap"};
  EXPECT_FALSE(check_weak_algorithms(report, nullptr, kNow));
  artifacts::Party party;
  party.weak_algorithms = {{"3des", "old", kNow + std::chrono::hours(1)}};
  EXPECT_FALSE(check_weak_algorithms(report, &party, kNow));
  for (const char* name : {"rc2-40", "rc2-64", "rc2-128"}) {
    party.weak_algorithms = {{name, "old", kNow + std::chrono::hours(1)}};
    EXPECT_TRUE(check_weak_algorithms(report, &party, kNow)) << name;
  }
}

TEST(WeakAlgorithms, TheDigestOfDigestedDataIsNotReliedOn) {
  smime::Report report;
  report.layers.emplace_back();
  report.layers[0].type = smime::LayerType::Digested;
  report.layers[0].weak = {"sha1"};
  EXPECT_TRUE(check_weak_algorithms(report, nullptr, kNow));
}

}  // namespace
}  // namespace sealgate::pipeline
