// AS2 on its way out: what is sent, under which agreement, how, and what is not.

#include "hosts/tests/as2_send_fixture.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using messaging::WorkKind;
using messaging::WorkState;
using std::chrono::hours;
using std::chrono::minutes;
using testing::As2Partner;
using testing::kDocument;
using testing::kNow;
using testing::Transmission;
using testing::world;
using Says = As2Partner::Says;

using As2Send = testing::As2SendFixture;

TEST_F(As2Send, WithoutCertificateNothingGoesOut) {
  agreement_.sending.encryption_certificates.clear();
  submit();
  run();
  EXPECT_TRUE(partner_->came.empty());
  const auto sends = work(WorkKind::Send);
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends.front().failure->code, "pipeline.no-encryption-certificate");
  EXPECT_EQ(detail(messaging::TrackingEvent::Suspended, "as2.agreement"), agreement_.name);
  EXPECT_EQ(detail(messaging::TrackingEvent::Suspended, "as2.direction"), "sent");
  port().encryption_certificates = {{world().acme.certificate.thumbprint()}};
  ASSERT_TRUE(box().resume(sends.front().id, false, clock_now_.now()));
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed) << "the port's own stands in";
}

TEST_F(As2Send, EverySealIsOpenedAndAcknowledged) {
  using artifacts::Compression;
  using crypto::ContentCipher;
  int number = 0;
  for (const bool sign : {true, false}) {
    for (const bool encrypt : {true, false}) {
      for (const auto compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
        SCOPED_TRACE(std::to_string(sign) + std::to_string(encrypt) + std::string(artifacts::to_string(compression)));
        agreement_.sending.sign = sign;
        agreement_.sending.encrypt = encrypt;
        agreement_.sending.compression = compression;
        agreement_.sending.encryption_algorithm =
            number % 2 == 0 ? ContentCipher::Aes256Cbc : ContentCipher::Aes128Gcm;
        agreement_.compatibility.transfer_encoding =
            number % 3 == 0 ? artifacts::TransferEncoding::Base64 : artifacts::TransferEncoding::Binary;
        ++number;
        submit();
        run();
        ASSERT_EQ(partner_->came.size(), static_cast<std::size_t>(number));
        EXPECT_EQ(As2Partner::document_of(partner_->came.back()), kDocument);
      }
    }
  }
  const auto all = work(WorkKind::Await);
  EXPECT_EQ(all.size(), static_cast<std::size_t>(number));
  for (const auto& one : all) EXPECT_EQ(one.state, WorkState::Completed);
}

TEST_F(As2Send, WritesAsThePartnersProductNeedsIt) {
  agreement_.compatibility.version = artifacts::As2Version::V13;
  agreement_.compatibility.quote_names = true;
  agreement_.compatibility.features = {"multiple-attachments"};
  agreement_.compatibility.digest_names = as2::MicSpelling::Hyphen;
  agreement_.compatibility.chunked = false;
  agreement_.sending.http.keep_alive = false;
  agreement_.sending.encrypt = false;
  agreement_.sending.receipt.notify_to = "as2@us.example";
  agreement_.sending.receipt.require_signed = true;
  agreement_.sending.receipt.digests = {crypto::DigestAlgorithm::Sha384, crypto::DigestAlgorithm::Sha256};
  agreement_.sending.file_name_source = artifacts::FileNameSource::Pattern;
  agreement_.sending.file_name = "order-%FILE.ReceivedFileName%";
  messaging::MessageContext context;
  context.write("FILE.ReceivedFileName", std::string("/in/17.edi"));
  submit(kDocument, context);
  run();
  const Transmission& sent = partner_->came.front();
  EXPECT_EQ(sent.headers.value("AS2-Version"), "1.3");
  EXPECT_TRUE(sent.headers.value("AS2-Product").value_or("").starts_with("Sealgate:"));
  EXPECT_EQ(sent.headers.value("AS2-From"), "\"gateway\"");
  EXPECT_EQ(sent.headers.value("EDIINT-Features"), "multiple-attachments");
  EXPECT_EQ(sent.headers.value("Disposition-Notification-To"), "as2@us.example");
  const std::string options(sent.headers.value("Disposition-Notification-Options").value_or(""));
  EXPECT_NE(options.find("signed-receipt-protocol=required"), std::string::npos) << options;
  EXPECT_NE(options.find("sha-384, sha-256"), std::string::npos) << options;
  EXPECT_NE(sent.headers.value("Content-Type").value_or("").find("sha-256"), std::string::npos);
  EXPECT_NE(sent.body.find("order-17.edi"), std::string::npos);
  EXPECT_FALSE(sent.chunked);
  EXPECT_FALSE(sent.keep_alive);
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, AFileNameThatIsRequiredMustBeThere) {
  agreement_.sending.file_name_source = artifacts::FileNameSource::Pattern;
  agreement_.sending.file_name = "%FILE.ReceivedFileName%";
  agreement_.sending.require_file_name = true;
  submit();
  run();
  EXPECT_TRUE(partner_->came.empty());
  EXPECT_EQ(work(WorkKind::Send).front().failure->code, "pipeline.file-name-missing");
}

TEST_F(As2Send, TheMessageChoosesItsAgreementByNamesAndAlias) {
  agreement_.sending.send_ports.clear();
  port().party.clear();
  agreement_.sending.as2_to_alias = "ACME by another name";
  messaging::MessageContext context;
  context.promote(names::kAs2To, std::string("ACME by another name"));
  submit(kDocument, context);
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed);
  EXPECT_EQ(partner_->came.front().headers.value("AS2-To"), "\"ACME Corp\"");
  submit();
  run();
  EXPECT_EQ(partner_->came.size(), 1U) << "nothing says to whom";
}

TEST_F(As2Send, WhatCameByAs2GoesToThePartnerOfItsPort) {
  messaging::MessageContext context;
  context.promote(names::kAs2From, std::string("Somebody"));
  context.promote(names::kAs2To, std::string("gateway"));
  context.promote(names::kAs2IsPayload, true);
  submit(kDocument, context);
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, SeveralPartsGoWhereTheyAreTaken) {
  const auto submit_two = [this] {
    messaging::Publication publication;
    publication.message.parts = {part("first"), part("second")};
    messaging::Delivery delivery;
    delivery.port = "To ACME";
    publication.deliveries.push_back(delivery);
    messaging::PublishRequest request;
    request.publications.push_back(std::move(publication));
    ASSERT_TRUE(box().publish(std::move(request), clock_now_.now()));
  };
  submit_two();
  run();
  EXPECT_TRUE(partner_->came.empty());
  const auto refused = work(WorkKind::Send).front();
  EXPECT_EQ(refused.failure->code, "pipeline.several-documents");
  agreement_.compatibility.features = {"multiple-attachments"};
  ASSERT_TRUE(box().resume(refused.id, false, clock_now_.now()));
  run();
  EXPECT_EQ(As2Partner::document_of(partner_->came.front()), "first");
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, AnExpiredCertificateOfThePartnerCountsWhereThatWasAgreedOn) {
  certificates::testing::Request request{.subject = {{"O", "Tests"}, {"CN", "acme"}}, .issuer = &world().ca};
  request.extensions = {{NID_key_usage, "critical,digitalSignature,keyAgreement"}};
  request.serial = 4711;
  request.not_before = kNow - hours(48);
  request.not_after = kNow - hours(1);
  const auto old = certificates::testing::issue(request);
  partners_.push_back(old.certificate);
  agreement_.sending.encryption_certificates = {{world().acme.certificate.thumbprint()},
                                                {old.certificate.thumbprint()}};
  submit();
  run();
  EXPECT_TRUE(partner_->came.empty());
  const auto refused = work(WorkKind::Send).front();
  EXPECT_EQ(refused.failure->code, "pipeline.certificate-expired");
  agreement_.receiving.allow_expired_until = kNow + hours(1);
  ASSERT_TRUE(box().resume(refused.id, false, clock_now_.now()));
  run();
  EXPECT_EQ(As2Partner::document_of(partner_->came.front()), kDocument) << "one recipient each";
}

TEST_F(As2Send, TheAgreementsScheduleGoesBeforeThePorts) {
  artifacts::RetryPolicy retry;
  retry.count = 10;
  retry.interval = minutes(10);
  agreement_.sending.retry = retry;
  agreement_.sending.retry_stop_after = minutes(15);
  partner_->says = {Says::Error, Says::Error, Says::Error, Says::Error};
  submit();
  run();
  pass(minutes(1));
  EXPECT_EQ(partner_->came.size(), 1U);
  for (int i = 0; i < 5; ++i) pass(minutes(10));
  EXPECT_EQ(partner_->came.size(), 2U) << "at 0 and 11 minutes; at 21 it is too late";
}

}  // namespace
}  // namespace sealgate::hosts
