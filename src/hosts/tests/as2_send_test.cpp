// AS2 on its way out, from the document to the fate of the message: what is sent, sent again, acknowledged, refused,
// given up, and what changes nothing.

#include "hosts/as2_await.h"
#include "hosts/errors.h"
#include "hosts/send_flow.h"
#include "hosts/tests/as2_fixture.h"
#include "hosts/tests/as2_partner.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using adapters::SubmitKind;
using artifacts::ReceiptMode;
using messaging::WorkKind;
using messaging::WorkState;
using std::chrono::hours;
using std::chrono::minutes;
using testing::As2Fixture;
using testing::As2Partner;
using testing::kDocument;
using testing::kNow;
using testing::ReceiptTwist;
using testing::Transmission;
using testing::world;
using Says = As2Partner::Says;

class As2Send : public As2Fixture {
 protected:
  As2Send() {
    adapter_ = partner_;
    artifacts::SendPort port;
    port.name = "To ACME";
    port.host = "Default";
    port.party = "ACME";
    port.state = artifacts::SendPortState::Started;
    port.pipeline.name = "AS2Send";
    port.transport = artifacts::HttpSendSettings{.url = "http://acme.example/as2"};
    port.retry.count = 1;
    port.retry.interval = minutes(1);
    send_ports_ = {port};
    agreement_.sending.send_ports = {"To ACME"};
    agreement_.sending.encryption_certificates = {{world().acme.certificate.thumbprint()}};
    agreement_.sending.receipt.timeout = hours(1);
    agreement_.sending.receipt.resends = 2;
    clock_now_.set(kNow);
  }

  artifacts::SendPort& port() { return send_ports_.front(); }

  /// A document for the port, as if it had been routed there.
  messaging::MessageId submit(std::string_view document = kDocument, const messaging::MessageContext& context = {}) {
    messaging::Publication publication;
    publication.message.context = context;
    publication.message.parts.push_back(part(document));
    messaging::Delivery delivery;
    delivery.port = "To ACME";
    publication.deliveries.push_back(delivery);
    messaging::PublishRequest request;
    request.publications.push_back(std::move(publication));
    auto published = box().publish(std::move(request), clock_now_.now());
    EXPECT_TRUE(published) << published.error().to_string();
    return published->messages.front();
  }
  messaging::Part part(std::string_view content) {
    auto writer = std::move(*box().create_body());
    EXPECT_TRUE(writer->write(as_bytes(content)));
    EXPECT_TRUE(writer->finish());
    messaging::Part made;
    made.name = "body";
    made.body = writer->take();
    return made;
  }

  /// Does all work that is due now, until nothing is.
  void run() {
    const auto configuration = this->configuration();
    for (;;) {
      messaging::ClaimRequest claim;
      claim.owner = "test";
      claim.now = clock_now_.now();
      const auto items = box().claim(claim);
      ASSERT_TRUE(items) << items.error().to_string();
      bool any = false;
      for (const auto& item : *items) {
        if (item.port != "To ACME") {
          ASSERT_TRUE(box().complete(item.claim, clock_now_.now()));
          any = true;
          continue;
        }
        any = true;
        const SendEnvironment environment{*configuration, box(), clock_now_, root_, cut_, breakers_};
        const auto done = item.kind == WorkKind::Await ? await_receipt(environment, item) : send(environment, item);
        ASSERT_TRUE(done) << done.error().to_string();
      }
      if (!any) return;
    }
  }
  void pass(std::chrono::milliseconds time) {
    clock_now_.set(clock_now_.now() + time);
    run();
  }

  /// The one message that waits for its receipt, or did.
  messaging::WorkSummary awaited() {
    const auto all = work(WorkKind::Await);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? messaging::WorkSummary{} : all.front();
  }
  std::string code() {
    const auto await = awaited();
    return await.failure ? await.failure->code : "";
  }
  /// Receipts that are kept.
  std::size_t receipts() {
    std::size_t count = 0;
    for (const auto& one : work(WorkKind::Receive)) {
      const auto message = box().load(one.message);
      const bool is_receipt = message && message->context.boolean(names::kAs2IsMdn).value_or(false);
      if (is_receipt && one.state == WorkState::Completed) ++count;
    }
    return count;
  }

  /// An asynchronous receipt comes to our location.
  adapters::SubmitOutcome post_receipt(const Transmission& sent, const ReceiptTwist& twist = {}) {
    const auto [headers, body] = As2Partner::receipt_for(sent, twist);
    return post({headers, body, {}}, clock_now_.now());
  }

  std::shared_ptr<As2Partner> partner_ = std::make_shared<As2Partner>();
  ManualClock clock_now_{kNow};
  Cut cut_;
  CircuitBreakers breakers_;
};

TEST_F(As2Send, IsAcknowledgedByTheReceiptInTheResponse) {
  submit();
  run();
  ASSERT_EQ(partner_->came.size(), 1U);
  const Transmission& sent = partner_->came.front();
  EXPECT_EQ(As2Partner::document_of(sent), kDocument);
  EXPECT_EQ(sent.headers.value("AS2-From"), "gateway");
  EXPECT_EQ(sent.headers.value("AS2-To"), "\"ACME Corp\"");
  EXPECT_EQ(sent.headers.value("AS2-Version"), "1.2");
  EXPECT_TRUE(sent.headers.value("Message-ID").has_value());
  EXPECT_EQ(sent.headers.value("Disposition-Notification-To"), "gateway");
  EXPECT_EQ(sent.body.find("UNA"), std::string::npos) << "it is encrypted";
  EXPECT_EQ(awaited().state, WorkState::Completed);
  EXPECT_EQ(receipts(), 1U);
  for (const auto& one : work(WorkKind::Send)) EXPECT_EQ(one.state, WorkState::Completed);
  pass(hours(24));
  EXPECT_EQ(partner_->came.size(), 1U);
}

TEST_F(As2Send, AsynchronouslyItWaitsAndIsAcknowledgedAtALocation) {
  agreement_.sending.receipt.mode = ReceiptMode::Async;
  agreement_.sending.receipt.delivery_url = "http://us.example/as2";
  partner_->says = {Says::Nothing};
  submit();
  run();
  ASSERT_EQ(partner_->came.size(), 1U);
  EXPECT_EQ(partner_->came.front().headers.value("Receipt-Delivery-Option"), "http://us.example/as2");
  EXPECT_EQ(awaited().state, WorkState::Scheduled);
  open_store();
  const auto outcome = post_receipt(partner_->came.front());
  EXPECT_EQ(outcome.kind, SubmitKind::Accepted) << outcome.reason;
  ASSERT_NE(outcome.reply, nullptr);
  EXPECT_TRUE(outcome.reply->body.empty());
  EXPECT_EQ(awaited().state, WorkState::Completed);
  EXPECT_EQ(receipts(), 1U);
}

TEST_F(As2Send, AReceiptNeedsNoMessageIdOfItsOwnAndNoAgreementForMessages) {
  agreement_.sending.receipt.mode = ReceiptMode::Async;
  agreement_.sending.receipt.delivery_url = "http://us.example/as2";
  agreement_.receiving.as2_from = "Another name of theirs";
  for (const bool with_id : {true, false}) {
    partner_->says = {Says::Nothing};
    submit();
    run();
    const auto [headers, body] = As2Partner::receipt_for(partner_->came.back());
    mime::Headers fewer;
    for (const auto& field : headers.fields()) {
      if (!with_id && field.name == "Message-ID") continue;
      ASSERT_TRUE(fewer.add(field.name, field.value));
    }
    EXPECT_EQ(post({fewer, body, {}}, clock_now_.now()).kind, SubmitKind::Accepted) << with_id;
  }
  for (const auto& one : work(WorkKind::Await)) EXPECT_EQ(one.state, WorkState::Completed);
}

TEST_F(As2Send, AReceiptThatComesBeforeTheAnswerIsTheAnswer) {
  agreement_.sending.receipt.mode = ReceiptMode::Async;
  agreement_.sending.receipt.delivery_url = "http://us.example/as2";
  partner_->says = {Says::Lost, Says::Nothing};
  partner_->before_answer = [this](const Transmission& sent) { post_receipt(sent); };
  submit();
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed);
  partner_->before_answer = [](const auto&) {};
  pass(minutes(2));
  EXPECT_EQ(partner_->came.size(), 1U) << "who has acknowledged it needs no retry";
  for (const auto& one : work(WorkKind::Send)) EXPECT_EQ(one.state, WorkState::Completed);
  EXPECT_EQ(receipts(), 1U);
}

TEST_F(As2Send, RetriesAndResendsAreTheSameBytesUnderTheSameMessageId) {
  partner_->says = {Says::Error, Says::Nothing, Says::Page};
  submit();
  run();
  pass(minutes(1));
  EXPECT_EQ(partner_->came.size(), 2U);
  EXPECT_EQ(awaited().state, WorkState::Scheduled);
  open_store();
  pass(hours(1));
  EXPECT_EQ(partner_->came.size(), 3U) << "no receipt came";
  EXPECT_EQ(code(), kAs2NoReceiptYet.id);
  pass(hours(1));
  ASSERT_EQ(partner_->came.size(), 4U);
  for (const Transmission& one : partner_->came) {
    EXPECT_EQ(one.body, partner_->came.front().body);
    EXPECT_EQ(one.headers.serialise(), partner_->came.front().headers.serialise());
  }
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, GivesUpAfterTheLastResendAndSendsOnceMoreWhenItIsResumed) {
  partner_->says = {Says::Nothing, Says::Nothing, Says::Nothing};
  submit();
  run();
  for (int i = 0; i < 5; ++i) pass(hours(1));
  EXPECT_EQ(partner_->came.size(), 3U);
  EXPECT_EQ(awaited().state, WorkState::Suspended);
  EXPECT_EQ(code(), kAs2ResendsExhausted.id);
  ASSERT_TRUE(box().resume(awaited().id, false, clock_now_.now()));
  run();
  EXPECT_EQ(partner_->came.size(), 4U);
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, StopsAfterTheTimeThatWasAgreedOn) {
  agreement_.sending.receipt.stop_after = minutes(90);
  partner_->says = {Says::Nothing, Says::Nothing, Says::Nothing};
  submit();
  run();
  pass(hours(1));
  pass(hours(1));
  EXPECT_EQ(partner_->came.size(), 2U);
  EXPECT_EQ(code(), kAs2ResendsExhausted.id);
  const auto outcome = post_receipt(partner_->came.front());
  EXPECT_EQ(outcome.kind, SubmitKind::Accepted);
  EXPECT_EQ(awaited().state, WorkState::Completed) << "better late than never";
}

TEST_F(As2Send, WhatThePartnerRefusesHasFailedForGood) {
  partner_->twist.refused = true;
  submit();
  run();
  EXPECT_EQ(code(), kAs2Refused.id);
  const auto failure = awaited().failure.value();
  EXPECT_FALSE(failure.resumable);
  EXPECT_NE(failure.text.find("unexpected-processing-error"), std::string::npos) << failure.text;
  EXPECT_EQ(receipts(), 1U);
  // He changes his mind, which changes nothing and is kept.
  post_receipt(partner_->came.front());
  EXPECT_EQ(awaited().state, WorkState::Suspended);
  EXPECT_EQ(receipts(), 2U);
}

TEST_F(As2Send, ASecondReceiptChangesNothing) {
  submit();
  run();
  ReceiptTwist refused;
  refused.refused = true;
  const auto outcome = post_receipt(partner_->came.front(), refused);
  EXPECT_EQ(outcome.kind, SubmitKind::Accepted);
  EXPECT_EQ(awaited().state, WorkState::Completed);
  EXPECT_EQ(receipts(), 2U);
  EXPECT_FALSE(post_receipt(partner_->came.front()).duplicate) << "signed anew";
}

TEST_F(As2Send, ForgedReceiptsAreKeptAndChangeNothing) {
  agreement_.sending.receipt.mode = ReceiptMode::Async;
  agreement_.sending.receipt.delivery_url = "http://us.example/as2";
  partner_->says = {Says::Nothing};
  submit();
  run();
  const Transmission sent = partner_->came.front();
  const auto changes_nothing = [&](const ReceiptTwist& twist, const char* what) {
    const auto before = work(WorkKind::Receive).size();
    const auto outcome = post_receipt(sent, twist);
    EXPECT_NE(outcome.kind, SubmitKind::Accepted) << what;
    EXPECT_EQ(awaited().state, WorkState::Scheduled) << what;
    EXPECT_EQ(work(WorkKind::Receive).size(), before + 1) << what;
  };
  changes_nothing({.signer = &world().mallory}, "of another authority");
  changes_nothing({.signer = &world().gateway}, "of the same authority, but ours");
  changes_nothing({.signer = nullptr}, "unsigned");
  changes_nothing({.message_id = "<never@sent>"}, "unknown message");
  changes_nothing({.from = "Mallory"}, "of another sender");
  changes_nothing({.signer = nullptr, .refused = true}, "an unsigned refusal");
  EXPECT_EQ(receipts(), 0U);
  EXPECT_EQ(post_receipt(sent).kind, SubmitKind::Accepted);
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, AWrongCheckIsAFailure) {
  partner_->twist.other_mic = true;
  submit();
  run();
  EXPECT_EQ(code(), kAs2MicMismatch.id);
  EXPECT_FALSE(awaited().failure->resumable);
}

TEST_F(As2Send, WithoutCertificateNothingGoesOut) {
  agreement_.sending.encryption_certificates.clear();
  submit();
  run();
  EXPECT_TRUE(partner_->came.empty());
  const auto sends = work(WorkKind::Send);
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends.front().failure->code, "pipeline.no-encryption-certificate");
  port().encryption_certificates = {{world().acme.certificate.thumbprint()}};
  ASSERT_TRUE(box().resume(sends.front().id, false, clock_now_.now()));
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed) << "the port's own stands in";
}

TEST_F(As2Send, WithoutReceiptItIsSentAndDone) {
  agreement_.sending.receipt.mode = ReceiptMode::None;
  partner_->says = {Says::Nothing};
  submit();
  run();
  EXPECT_EQ(partner_->came.size(), 1U);
  EXPECT_FALSE(partner_->came.front().headers.value("Disposition-Notification-To").has_value());
  EXPECT_TRUE(work(WorkKind::Await).empty());
  for (const auto& one : work(WorkKind::Send)) EXPECT_EQ(one.state, WorkState::Completed);
}

TEST_F(As2Send, WhatTheTransportGivesUpWaitsForAPersonWithItsReceipt) {
  partner_->says = {Says::Error, Says::Error};
  submit();
  run();
  pass(minutes(1));
  pass(hours(5));
  EXPECT_EQ(partner_->came.size(), 2U) << "the wait for the receipt does not send it in vain";
  EXPECT_EQ(awaited().state, WorkState::Scheduled);
  messaging::WorkId suspended;
  for (const auto& one : work(WorkKind::Send)) {
    if (one.state == WorkState::Suspended) suspended = one.id;
  }
  ASSERT_TRUE(box().resume(suspended, false, clock_now_.now()));
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed);
}

TEST_F(As2Send, WhatIsTerminatedUnsentIsNotWaitedFor) {
  partner_->says = {Says::Error, Says::Error};
  submit();
  run();
  pass(minutes(1));
  for (const auto& one : work(WorkKind::Send)) {
    if (one.state == WorkState::Suspended) {
      ASSERT_TRUE(box().terminate(one.id, clock_now_.now()));
    }
  }
  pass(hours(2));
  EXPECT_EQ(awaited().state, WorkState::Terminated);
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

TEST_F(As2Send, SentOnceMoreByAPerson) {
  const auto document = submit();
  run();
  messaging::WorkId encoding;
  messaging::WorkId sending;
  for (const auto& one : work(WorkKind::Send)) (one.message == document ? encoding : sending) = one.id;
  messaging::Delivery again;
  ASSERT_TRUE(box().resend(sending, again, clock_now_.now()));
  run();
  ASSERT_EQ(partner_->came.size(), 2U);
  EXPECT_EQ(partner_->came[0].body, partner_->came[1].body);
  EXPECT_EQ(partner_->came[0].headers.value("Message-ID"), partner_->came[1].headers.value("Message-ID"));
  ASSERT_TRUE(box().resend(encoding, again, clock_now_.now()));
  run();
  ASSERT_EQ(partner_->came.size(), 3U);
  EXPECT_NE(partner_->came[0].headers.value("Message-ID"), partner_->came[2].headers.value("Message-ID"));
  for (const auto& one : work(WorkKind::Await)) EXPECT_EQ(one.state, WorkState::Completed);
}

TEST_F(As2Send, PublishesReceiptsOnWish) {
  agreement_.sending.receipt.publish = true;
  artifacts::SendPort reader;
  reader.name = "Receipts";
  reader.host = "Default";
  reader.state = artifacts::SendPortState::Started;
  reader.filter = *messaging::parse_filter("EdiIntAS.IsAS2MdnResponseMessage == true");
  send_ports_.push_back(reader);
  submit();
  run();
  EXPECT_EQ(awaited().state, WorkState::Completed);
  std::size_t published = 0;
  for (const auto& one : work(WorkKind::Send)) {
    if (one.port == "Receipts") ++published;
  }
  EXPECT_EQ(published, 1U);
}

TEST_F(As2Send, UnsignedReceiptsAndThoseWithoutACheckCountWhereThatWasAgreedOn) {
  partner_->twist.signer = nullptr;
  partner_->twist.no_mic = true;
  submit();
  run();
  EXPECT_EQ(awaited().state, WorkState::Scheduled) << "nobody knows who says so";
  agreement_.compatibility.unsigned_receipts = true;
  pass(hours(1));
  EXPECT_EQ(code(), kAs2MicMismatch.id);
  agreement_.compatibility.receipts_without_mic = true;
  submit();
  run();
  std::size_t acknowledged = 0;
  for (const auto& one : work(WorkKind::Await)) {
    if (one.state == WorkState::Completed) ++acknowledged;
  }
  EXPECT_EQ(acknowledged, 1U);
}

}  // namespace
}  // namespace sealgate::hosts
