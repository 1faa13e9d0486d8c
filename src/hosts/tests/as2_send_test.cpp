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

}  // namespace
}  // namespace sealgate::hosts
