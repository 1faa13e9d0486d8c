// Certificates that must not be used, whoever assigned them.

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
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
    view.other_people = {partner.certificate};
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

}  // namespace
}  // namespace sealgate::pipeline
