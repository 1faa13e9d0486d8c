#include "pipeline/party_resolution.h"

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

const Time kNow = certificates::testing::kNow;
using certificates::testing::Identity;
using certificates::testing::issue;

class PartyResolution : public ::testing::Test {
 protected:
  PartyResolution() {
    artifacts::Party contoso;
    contoso.name = "Contoso";
    contoso.verification_certificates = {{contoso_.certificate.thumbprint_sha256()}, {old_.certificate.thumbprint()}};
    set_.put(contoso);
    artifacts::Party fabrikam;
    fabrikam.name = "Fabrikam";
    fabrikam.aliases.push_back({"account", "WindowsUser", "FABRIKAM\\edi"});
    fabrikam.verification_certificates = {{fabrikam_.certificate.thumbprint_sha256()},
                                          {next_.certificate.thumbprint(), kNow + std::chrono::hours(1)}};
    set_.put(fabrikam);
  }

  Resolution resolve(const SenderEvidence& evidence) {
    const PartyIndex index(set_);
    const auto found = resolve_party(settings_, index, view_, evidence, kNow);
    EXPECT_TRUE(found);
    return found.value_or(Resolution{});
  }
  std::string party_of(const SenderEvidence& evidence) {
    const Resolution found = resolve(evidence);
    return found.party == nullptr ? "guest" : found.party->name;
  }

  const Identity contoso_ = issue({.subject = {{"CN", "Contoso"}}});
  const Identity old_ = issue({.subject = {{"CN", "Contoso old"}}});
  const Identity fabrikam_ = issue({.subject = {{"CN", "Fabrikam"}}});
  const Identity next_ = issue({.subject = {{"CN", "Fabrikam next"}}});
  const Identity nobody_ = issue({.subject = {{"CN", "Nobody"}}});
  const std::string account_ = "fabrikam\\EDI";
  artifacts::ArtifactSet set_;
  CertificateView view_;
  artifacts::PartyResolutionSettings settings_;
};

TEST_F(PartyResolution, FindsThePartyByTheCertificateThatSigned) {
  const Resolution found = resolve({.signer = contoso_.certificate});
  ASSERT_NE(found.party, nullptr);
  EXPECT_EQ(found.party->name, "Contoso");
  EXPECT_EQ(found.kind, EvidenceKind::Certificate);
  EXPECT_EQ(found.value, contoso_.certificate.thumbprint_sha256().to_hex());
  messaging::MessageContext context;
  record(found, context);
  EXPECT_EQ(context.text(names::kPartyName), "Contoso");
  EXPECT_TRUE(context.find(names::kPartyName)->promoted);
  EXPECT_EQ(context.text(names::kSourcePartyId), "Contoso");
  EXPECT_EQ(context.text(names::kPartyEvidenceQualifier), "Certificate");
  EXPECT_EQ(context.text(names::kPartyEvidence), found.value);
  EXPECT_FALSE(context.find(names::kPartyEvidence)->promoted);
}

TEST_F(PartyResolution, ASha1ThumbprintMustNameThisVeryCertificate) {
  EXPECT_EQ(party_of({.signer = old_.certificate}), "Contoso");
  view_.other_people = certificates::find_among({old_.certificate});
  EXPECT_EQ(party_of({.signer = old_.certificate}), "Contoso");
  // A collision: what the party means lies in OtherPeople, and another certificate signed.
  struct Collision final : certificates::CertificateFinder {
    explicit Collision(Certificate other) : other_(std::move(other)) {}
    Result<std::optional<Certificate>> find(const Thumbprint&) const override { return std::optional(other_); }
    Result<std::vector<Certificate>> find(const certificates::CertificateQuery&) const override { return {}; }
    Certificate other_;
  };
  view_.other_people = std::make_shared<Collision>(nobody_.certificate);
  EXPECT_EQ(party_of({.signer = old_.certificate}), "guest");
}

TEST_F(PartyResolution, AStoreThatDoesNotAnswerIsNoGuest) {
  struct Broken final : certificates::CertificateFinder {
    Result<std::optional<Certificate>> find(const Thumbprint&) const override {
      return fail(ErrorCode{"test.down", ErrorClass::Environment}, "down");
    }
    Result<std::vector<Certificate>> find(const certificates::CertificateQuery&) const override { return {}; }
  };
  view_.other_people = std::make_shared<Broken>();
  const PartyIndex index(set_);
  EXPECT_FALSE(resolve_party(settings_, index, view_, {.signer = old_.certificate}, kNow));
}

TEST_F(PartyResolution, AnAssignmentCountsWhileItIsInForce) {
  const Resolution early = resolve({.signer = next_.certificate});
  EXPECT_EQ(early.party, nullptr);
  EXPECT_NE(early.reason.find("not in force for party Fabrikam"), std::string::npos) << early.reason;
  const PartyIndex index(set_);
  const auto later =
      resolve_party(settings_, index, view_, {.signer = next_.certificate}, kNow + std::chrono::hours(2));
  ASSERT_TRUE(later && later->party != nullptr);
  EXPECT_EQ(later->party->name, "Fabrikam");
}

TEST_F(PartyResolution, AnUnknownCertificateEndsTheSearchUnlessToldOtherwise) {
  const SenderEvidence evidence{.signer = nobody_.certificate, .user = account_};
  const Resolution guest = resolve(evidence);
  EXPECT_EQ(guest.party, nullptr);
  EXPECT_EQ(guest.kind, EvidenceKind::Certificate);
  messaging::MessageContext context;
  context.promote(names::kPartyName, std::string("Contoso"));  // forged
  record(guest, context);
  EXPECT_EQ(context.text(names::kSourcePartyId), names::kGuest);
  EXPECT_FALSE(context.has(names::kPartyName));
  settings_.fall_back = true;
  EXPECT_EQ(party_of(evidence), "Fabrikam");
  EXPECT_EQ(party_of({.signer = nobody_.certificate}), "guest");
  EXPECT_EQ(resolve({.signer = nobody_.certificate}).kind, EvidenceKind::Certificate);
}

TEST_F(PartyResolution, EvidenceIsLookedAtInItsOrder) {
  view_.other_people = certificates::find_among({contoso_.certificate, fabrikam_.certificate});
  const auto client = fabrikam_.certificate.thumbprint_sha256();
  EXPECT_EQ(party_of({.signer = contoso_.certificate, .client_certificate = client, .user = account_}), "Contoso");
  EXPECT_EQ(party_of({.client_certificate = client}), "Fabrikam");
  EXPECT_EQ(resolve({.client_certificate = client, .user = "NOBODY"}).kind, EvidenceKind::ClientCertificate);
  EXPECT_EQ(party_of({.user = account_}), "Fabrikam");
  EXPECT_EQ(party_of({.user = "FABRIKAM\\other"}), "guest");
  EXPECT_EQ(resolve({}).kind, EvidenceKind::None);
}

TEST_F(PartyResolution, AClientCertificateIsHeldInOtherPeopleValidAndTrusted) {
  const SenderEvidence evidence{.client_certificate = fabrikam_.certificate.thumbprint_sha256()};
  EXPECT_EQ(party_of(evidence), "guest");
  view_.other_people = certificates::find_among({fabrikam_.certificate});
  EXPECT_EQ(party_of(evidence), "Fabrikam");
  view_.untrusted = {fabrikam_.certificate.thumbprint_sha256()};
  EXPECT_EQ(party_of(evidence), "guest");
  view_.untrusted.clear();
  const PartyIndex index(set_);
  const auto expired = resolve_party(settings_, index, view_, evidence, kNow + std::chrono::hours(24 * 400));
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->party, nullptr);
  // Named by SHA-1: found through the store.
  view_.other_people = certificates::find_among({old_.certificate});
  EXPECT_EQ(party_of({.client_certificate = old_.certificate.thumbprint_sha256()}), "Contoso");
}

TEST_F(PartyResolution, SwitchedOffEvidenceIsNotLookedAt) {
  settings_.resolve_by_certificate = false;
  EXPECT_EQ(party_of({.signer = contoso_.certificate}), "guest");
  EXPECT_EQ(party_of({.signer = contoso_.certificate, .user = account_}), "Fabrikam");
  settings_.resolve_by_sid = false;
  EXPECT_EQ(party_of({.signer = contoso_.certificate, .user = account_}), "guest");
}

artifacts::ArtifactSet parties() {
  artifacts::Party contoso;
  contoso.name = "Contoso";
  contoso.weak_algorithms.push_back({"sha1", "old mapper until its renewal", kNow + std::chrono::hours(1)});
  artifacts::Party fabrikam;
  fabrikam.name = "Fabrikam";
  artifacts::ArtifactSet set;
  set.put(contoso);
  set.put(fabrikam);
  return set;
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
