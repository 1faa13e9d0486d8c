#include "pipeline/decoder_component.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "certificates/tests/test_certificates.h"
#include "messaging/property_names.h"
#include "smime/encoder.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::issue_crl;
using certificates::testing::kNow;

/// A gateway's stores around one partner, whose certificate has the given extensions.
class DecoderComponent : public testing::Test {
 protected:
  DecoderComponent() {
    std::string pattern = testing::TempDir() + "sealgate-decoder-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    store_ = std::move(*store::SqliteStore::open({.data = root_ / "data"}, clock_));
    host_.name = "Main";
    host_.account = "default";
    settings_.check_revocation = false;
    view_.trusted_roots.push_back(authority_.certificate);
  }
  ~DecoderComponent() override {
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  Identity partner(std::vector<std::pair<int, std::string>> extensions) {
    return issue({.subject = {{"CN", "Partner"}}, .issuer = &authority_, .extensions = std::move(extensions)});
  }

  messaging::BodyRef signed_by(const Identity& signer, bool attach = true) {
    auto writer = std::move(*store_->box().create_body());
    smime::EncodeOptions options;
    options.sign = smime::SignOptions{
        .form = smime::SignatureForm::Opaque, .certificate = signer.certificate, .key = signer.key};
    options.sign->attach_certificate = attach;
    options.content_type = "application/xml";
    options.time = kNow;
    auto encoder = smime::Encoder::create(std::move(options), *writer);
    EXPECT_TRUE(encoder) << encoder.error().to_string();
    EXPECT_TRUE((*encoder)->write(as_bytes("<order/>")));
    EXPECT_TRUE((*encoder)->finish());
    return writer->take();
  }

  Result<Decoded> run(const messaging::BodyRef& raw) {
    evidence_.clear();
    const Environment environment{artifacts_, view_, store_->box(), kNow, &evidence_};
    return decode(environment, host_, settings_, *raw, {});
  }

  std::filesystem::path root_;
  SystemClock clock_;
  std::unique_ptr<store::SqliteStore> store_;
  Identity authority_ = issue_ca("Authority");
  artifacts::ArtifactSet artifacts_;
  artifacts::Host host_;
  artifacts::DecoderSettings settings_;
  CertificateView view_;
  messaging::TrackingDetails evidence_;
};

TEST_F(DecoderComponent, SaysWhatTheSignatureProves) {
  const Identity signer = partner({{NID_key_usage, "digitalSignature"}});
  const auto decoded = run(signed_by(signer));
  ASSERT_TRUE(decoded) << decoded.error().to_string();
  EXPECT_EQ(decoded->message.context.boolean(names::kMimeWasSigned), true);
  EXPECT_EQ(decoded->message.context.boolean(names::kMimeWasEncrypted), false);
  EXPECT_EQ(decoded->message.context.text(names::kMimeContentType), "application/xml");
  EXPECT_TRUE(decoded->message.context.has(names::kSignatureCertificate));
  BufferSink body;
  ASSERT_TRUE(decoded->message.body_part()->body->copy_to(body));
  EXPECT_EQ(as_text(body.bytes()), "<order/>");
}

TEST_F(DecoderComponent, ACertificateForTlsAloneNeedsTheSetting) {
  const Identity for_tls = partner({{NID_ext_key_usage, "serverAuth,clientAuth"}});
  view_.other_people = certificates::find_among({for_tls.certificate});
  // Our own encoder would refuse to sign with it: the same name, number and key without the restriction does.
  const Identity unrestricted = issue({.subject = {{"CN", "Partner"}}, .issuer = &authority_, .key = for_tls.key});
  const auto raw = signed_by(unrestricted, false);
  const auto refused = run(raw);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.error_class, ErrorClass::Trust);
  settings_.check_extended_key_usage = false;
  EXPECT_TRUE(run(raw));
}

TEST_F(DecoderComponent, RevocationListsAreDemandedAndObeyed) {
  const Identity signer = partner({{NID_key_usage, "digitalSignature"}});
  const auto raw = signed_by(signer);
  settings_.check_revocation = true;
  const auto unknown = run(raw);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code.error_class, ErrorClass::Revocation);
  view_.crls = {issue_crl(authority_, {})};
  EXPECT_TRUE(run(raw));
  view_.crls = {issue_crl(authority_, {1})};
  const auto revoked = run(raw);
  ASSERT_FALSE(revoked);
  EXPECT_EQ(revoked.error().code.error_class, ErrorClass::Revocation);
}

TEST_F(DecoderComponent, AnUntrustedSignerIsRefusedAndNothingIsKept) {
  view_.trusted_roots.clear();
  const auto decoded = run(signed_by(partner({{NID_key_usage, "digitalSignature"}})));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code.error_class, ErrorClass::Trust);
}

TEST_F(DecoderComponent, TheLogLearnsWhoSignedWhetherItHoldsOrNot) {
  const Identity signer = partner({{NID_key_usage, "digitalSignature"}});
  const auto raw = signed_by(signer);
  ASSERT_TRUE(run(raw));
  const messaging::TrackingDetails good{{"layer", "signed opaque"},
                                        {"signer", "CN=Partner"},
                                        {"signer.thumbprint", signer.certificate.thumbprint().to_hex()},
                                        {"signer.digest", "sha256"},
                                        {"signer.result", "ok"}};
  EXPECT_EQ(evidence_, good);
  view_.trusted_roots.clear();
  ASSERT_FALSE(run(raw));
  ASSERT_EQ(evidence_.size(), good.size());
  EXPECT_EQ(evidence_[0].second.substr(0, 14), "signed opaque ");
  EXPECT_EQ(evidence_[2], good[2]);
  EXPECT_EQ(evidence_[4].second.substr(0, 6), "error:");
}

TEST_F(DecoderComponent, ThePathSettingsOfAPartyHoldForItsCertificatesAlone) {
  const Identity signer = partner({{NID_key_usage, "digitalSignature"}});
  const auto raw = signed_by(signer);
  artifacts::Party party;
  party.name = "Contoso";
  party.path.policies = {"1.3.6.1.4.1.99999.1"};
  artifacts_.parties = {party};
  EXPECT_TRUE(run(raw));
  artifacts_.parties[0].verification_certificates = {{signer.certificate.thumbprint_sha256()}};
  const auto refused = run(raw);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.id, "certificates.chain-policy");
  EXPECT_NE(refused.error().where.find("party Contoso"), std::string::npos) << refused.error().to_string();
  artifacts_.parties[0].path = {};
  EXPECT_TRUE(run(raw));
}

TEST_F(DecoderComponent, AnExpiredOwnCertificateOpensOnlyWhereThatIsAllowed) {
  const Identity old = issue({.subject = {{"CN", "Old"}},
                              .issuer = &authority_,
                              .not_before = kNow - std::chrono::hours(48),
                              .not_after = kNow - std::chrono::hours(1),
                              .serial = 21});
  const Identity fresh = issue({.subject = {{"CN", "Fresh"}}, .issuer = &authority_, .serial = 22});
  for (const Identity* own : {&old, &fresh}) {
    view_.personal["default"].push_back({own->certificate, own->key, std::nullopt});
  }
  const auto encrypted_to = [&](std::vector<Certificate> recipients) {
    auto writer = std::move(*store_->box().create_body());
    smime::EncodeOptions options;
    options.encrypt = smime::EncryptOptions{};
    options.encrypt->recipients = std::move(recipients);
    options.time = old.certificate.not_after();
    auto encoder = smime::Encoder::create(std::move(options), *writer);
    EXPECT_TRUE(encoder) << encoder.error().to_string();
    EXPECT_TRUE((*encoder)->write(as_bytes("secret")));
    EXPECT_TRUE((*encoder)->finish());
    return writer->take();
  };
  const auto to_old = encrypted_to({old.certificate});
  const auto to_both = encrypted_to({old.certificate, fresh.certificate});
  host_.decryption_certificates = {{old.certificate.thumbprint()}, {fresh.certificate.thumbprint()}};
  const auto refused = run(to_old);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.id, "pipeline.certificate-expired");
  EXPECT_NE(refused.error().where.find(old.certificate.thumbprint().to_biztalk()), std::string::npos);
  EXPECT_TRUE(run(to_both));
  settings_.allow_expired_decryption = true;
  EXPECT_TRUE(run(to_old));
  settings_.allow_expired_decryption = false;
  host_.decryption_certificates[1].from = kNow + std::chrono::milliseconds(1);
  const auto early = run(encrypted_to({fresh.certificate}));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code.id, "pipeline.certificate-not-in-force");
}

}  // namespace
}  // namespace sealgate::pipeline
