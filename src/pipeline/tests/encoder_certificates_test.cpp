// Certificates that must not be used, whoever assigned them.

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
#include "messaging/property_names.h"
#include "messaging/tests/refusing_message_box.h"
#include "pipeline/encoder_component.h"
#include "pipeline/errors.h"
#include "pipeline/send_pipeline.h"

namespace sealgate::pipeline {
namespace {

using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::issue_crl;
using certificates::testing::kNow;

struct Fixture {
  certificates::testing::Identity authority = issue_ca("Their CA");
  certificates::testing::Identity partner =
      issue({.subject = {{"CN", "Partner"}}, .issuer = &authority, .serial = 7});
  artifacts::ArtifactSet set;
  artifacts::Host host;
  artifacts::SendPort port;
  artifacts::EncoderSettings settings;
  CertificateView view;
  messaging::Message message;
  messaging::testing::RefusingMessageBox box;

  Fixture() {
    port.name = "Out";
    settings.enable_encryption = true;
    port.encryption_certificates = {{partner.certificate.thumbprint()}};
    view.other_people = certificates::find_among({partner.certificate});
    message.parts.emplace_back();
    message.parts[0].body = std::make_shared<Text>();
  }
  std::string outcome() {
    BufferSink out;
    const Environment environment{set, view, box, kNow};
    const SendUse use = use_of(port);
    const auto encoded = run_encoder({environment, host, use}, settings, message, out);
    return encoded ? "ok" : std::string(encoded.error().code.id);
  }

  class Text final : public messaging::Body {
   public:
    std::uint64_t size() const override { return 1; }
    const Bytes& sha256() const override { return sha256_; }
    Result<> copy_to(Sink& sink) const override { return sink.write(as_bytes("x")); }

   private:
    Bytes sha256_ = Bytes(32, 0);
  };
};

TEST(EncoderCertificates, ARevokedPartnerIsNotUsedThoughItsIssuerIsInNoStore) {
  Fixture fixture;
  EXPECT_EQ(fixture.outcome(), "ok");
  fixture.view.crls = {issue_crl(fixture.authority, {8})};
  EXPECT_EQ(fixture.outcome(), "ok");
  fixture.view.crls = {issue_crl(fixture.authority, {8, 7})};
  EXPECT_EQ(fixture.outcome(), kCertificateRevoked.id);
  fixture.settings.check_revocation = false;
  EXPECT_EQ(fixture.outcome(), "ok");
}

TEST(EncoderCertificates, ARevokedPartnerIsNotUsedAlthoughTheListIsOld) {
  Fixture fixture;
  fixture.view.trusted_roots = {fixture.authority.certificate};
  fixture.view.crls = {issue_crl(fixture.authority, {7}, kNow - std::chrono::hours(24 * 100))};
  EXPECT_EQ(fixture.outcome(), kCertificateRevoked.id);
}

/// Signs with an own certificate for each half of the year, that of the group or one of the port.
struct SigningFixture : Fixture {
  certificates::testing::Identity old = issue({.subject = {{"CN", "Old"}}, .issuer = &authority});
  certificates::testing::Identity fresh = issue({.subject = {{"CN", "Fresh"}}, .issuer = &authority});
  certificates::testing::Identity special = issue({.subject = {{"CN", "Special"}}, .issuer = &authority});
  messaging::TrackingDetails evidence;

  explicit SigningFixture(Time switch_date) {
    settings = {};
    settings.signature_type = artifacts::SignatureType::Blob;
    host.account = "default";
    port.encryption_certificates.clear();
    for (const auto* one : {&old, &fresh, &special}) {
      view.personal["default"].push_back({one->certificate, one->key, std::nullopt});
    }
    set.group = artifacts::Group{};
    set.group->signing_certificates = {{old.certificate.thumbprint()},
                                       {fresh.certificate.thumbprint(), switch_date, {}}};
  }
  /// The thumbprint that signed, or the error.
  std::string signer() {
    evidence.clear();
    BufferSink out;
    const Environment environment{set, view, box, kNow, &evidence};
    const SendUse use = use_of(port);
    const auto encoded = run_encoder({environment, host, use}, settings, message, out);
    if (!encoded) return std::string(encoded.error().code.id);
    for (const auto& [name, value] : evidence) {
      if (name == "signing.thumbprint") return value;
    }
    return {};
  }
};

TEST(EncoderCertificates, TheSwitchDateDecidesWhoSigns) {
  SigningFixture before(kNow + std::chrono::milliseconds(1));
  EXPECT_EQ(before.signer(), before.old.certificate.thumbprint().to_hex());
  SigningFixture after(kNow);
  EXPECT_EQ(after.signer(), after.fresh.certificate.thumbprint().to_hex());
}

TEST(EncoderCertificates, APortsOwnSigningCertificateComesBeforeTheGroups) {
  SigningFixture fixture(kNow);
  fixture.port.signing_certificates = {{fixture.special.certificate.thumbprint()}};
  EXPECT_EQ(fixture.signer(), fixture.special.certificate.thumbprint().to_hex());
  // One that is not in force is not replaced by the group's: the port said whose name it signs in.
  fixture.port.signing_certificates[0].until = kNow;
  EXPECT_EQ(fixture.signer(), kNoSigningCertificate.id);
  fixture.port.signing_certificates.clear();
  fixture.set.group->signing_certificates.clear();
  EXPECT_EQ(fixture.signer(), kNoSigningCertificate.id);
}

TEST(EncoderCertificates, RecipientsOutOfForceAreLeftOutAndWithoutAnyNothingGoesOut) {
  Fixture fixture;
  EXPECT_EQ(fixture.outcome(), "ok");
  fixture.port.encryption_certificates[0].from = kNow + std::chrono::milliseconds(1);
  EXPECT_EQ(fixture.outcome(), kNoEncryptionCertificate.id);
  fixture.port.encryption_certificates.clear();
  EXPECT_EQ(fixture.outcome(), kNoEncryptionCertificate.id);
}

TEST(EncoderCertificates, AMessageNamesItsRecipientAtADynamicPortAndOnlyThere) {
  Fixture fixture;
  const auto other = issue({.subject = {{"CN", "Other"}}, .issuer = &fixture.authority, .serial = 8});
  const auto name = [&](const std::string& value) {
    fixture.message.context.promote(messaging::names::kEncryptionCertificate, value);
  };
  fixture.view.crls = {issue_crl(fixture.authority, {7})};
  EXPECT_EQ(fixture.outcome(), kCertificateRevoked.id);
  name(other.certificate.thumbprint().to_biztalk());
  EXPECT_EQ(fixture.outcome(), kCertificateRevoked.id) << "a static port encrypts to its own recipients";
  fixture.port.dynamic = true;
  EXPECT_EQ(fixture.outcome(), kCertificateMissing.id);
  fixture.view.other_people = certificates::find_among({fixture.partner.certificate, other.certificate});
  EXPECT_EQ(fixture.outcome(), "ok");
  name(other.certificate.thumbprint_sha256().to_hex());
  EXPECT_EQ(fixture.outcome(), "ok");
  // As strict as with the port's own.
  fixture.view.untrusted = {other.certificate.thumbprint_sha256()};
  EXPECT_EQ(fixture.outcome(), kCertificateDistrusted.id);
  fixture.view.untrusted.clear();
  fixture.port.revocation = artifacts::RevocationPolicy::Require;
  EXPECT_EQ(fixture.outcome(), kRevocationUnknown.id);
  fixture.port.revocation.reset();
  for (const std::string_view bad : {"xyz", "1234", "04A2 8E1D 96C3 7F05 B1E2 8E1D 96C3 7F05 B1E2 00"}) {
    name(std::string(bad));
    EXPECT_EQ(fixture.outcome(), kBadEncryptionCertificate.id) << bad;
  }
  name("");
  EXPECT_EQ(fixture.outcome(), kCertificateRevoked.id) << "the port's own";
  fixture.port.encryption_certificates.clear();
  EXPECT_EQ(fixture.outcome(), kNoEncryptionCertificate.id);
}

TEST(EncoderCertificates, ARecipientForAnotherUseIsRefusedThoughTheMessageNamesIt) {
  Fixture fixture;
  const auto signer = issue({.subject = {{"CN", "Signer"}},
                             .issuer = &fixture.authority,
                             .extensions = {{NID_key_usage, "critical,digitalSignature"}},
                             .serial = 9});
  const auto old = issue({.subject = {{"CN", "Old"}},
                          .issuer = &fixture.authority,
                          .not_after = kNow - std::chrono::hours(1),
                          .serial = 10});
  fixture.view.other_people = certificates::find_among({signer.certificate, old.certificate});
  fixture.port.dynamic = true;
  fixture.port.encryption_certificates.clear();
  const auto outcome_with = [&](const certificates::testing::Identity& one) {
    fixture.message.context.promote(messaging::names::kEncryptionCertificate, one.certificate.thumbprint().to_hex());
    return fixture.outcome();
  };
  EXPECT_EQ(outcome_with(signer), kCertificateUnsuitable.id);
  EXPECT_EQ(outcome_with(old), kCertificateExpired.id);
}

TEST(EncoderCertificates, WhatTheGroupRequiresHoldsForRecipients) {
  Fixture fixture;
  EXPECT_EQ(fixture.outcome(), "ok") << "nobody said anything";
  fixture.set.group = artifacts::Group{};
  EXPECT_EQ(fixture.outcome(), "ok");
  fixture.set.group->revocation.policy = artifacts::RevocationPolicy::Require;
  EXPECT_EQ(fixture.outcome(), kRevocationUnknown.id);
  fixture.view.trusted_roots = {fixture.authority.certificate};
  fixture.view.crls = {issue_crl(fixture.authority, {8})};
  EXPECT_EQ(fixture.outcome(), "ok");
  fixture.view.crls.clear();
  fixture.port.revocation = artifacts::RevocationPolicy::Prefer;
  EXPECT_EQ(fixture.outcome(), "ok") << "the port says otherwise";
  fixture.port.party = "Partner";
  fixture.set.parties.push_back({.name = "Partner", .revocation = artifacts::RevocationPolicy::Require});
  EXPECT_EQ(fixture.outcome(), kRevocationUnknown.id) << "the stricter one of port and party";
}

}  // namespace
}  // namespace sealgate::pipeline
