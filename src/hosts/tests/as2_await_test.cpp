// The fate of what was sent by AS2: acknowledged, sent again, refused, given up, and what changes nothing.

#include "hosts/tests/as2_send_fixture.h"

namespace sealgate::hosts {
namespace {

using adapters::SubmitKind;
using artifacts::ReceiptMode;
using messaging::WorkKind;
using messaging::WorkState;
using std::chrono::hours;
using std::chrono::minutes;
using testing::As2Partner;
using testing::kDocument;
using testing::ReceiptTwist;
using testing::Transmission;
using testing::world;
using Says = As2Partner::Says;

using As2Await = testing::As2SendFixture;

TEST_F(As2Await, IsAcknowledgedByTheReceiptInTheResponse) {
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

TEST_F(As2Await, AsynchronouslyItWaitsAndIsAcknowledgedAtALocation) {
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

TEST_F(As2Await, AReceiptNeedsNoMessageIdOfItsOwnAndNoAgreementForMessages) {
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

TEST_F(As2Await, AReceiptThatComesBeforeTheAnswerIsTheAnswer) {
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

TEST_F(As2Await, RetriesAndResendsAreTheSameBytesUnderTheSameMessageId) {
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

TEST_F(As2Await, GivesUpAfterTheLastResendAndSendsOnceMoreWhenItIsResumed) {
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

TEST_F(As2Await, StopsAfterTheTimeThatWasAgreedOn) {
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

TEST_F(As2Await, WhatThePartnerRefusesHasFailedForGood) {
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

TEST_F(As2Await, ASecondReceiptChangesNothing) {
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

TEST_F(As2Await, ForgedReceiptsAreKeptAndChangeNothing) {
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

TEST_F(As2Await, AWrongCheckIsAFailure) {
  partner_->twist.other_mic = true;
  submit();
  run();
  EXPECT_EQ(code(), kAs2MicMismatch.id);
  EXPECT_FALSE(awaited().failure->resumable);
}

TEST_F(As2Await, WithoutReceiptItIsSentAndDone) {
  agreement_.sending.receipt.mode = ReceiptMode::None;
  partner_->says = {Says::Nothing};
  submit();
  run();
  EXPECT_EQ(partner_->came.size(), 1U);
  EXPECT_FALSE(partner_->came.front().headers.value("Disposition-Notification-To").has_value());
  EXPECT_TRUE(work(WorkKind::Await).empty());
  for (const auto& one : work(WorkKind::Send)) EXPECT_EQ(one.state, WorkState::Completed);
}

TEST_F(As2Await, WhatTheTransportGivesUpWaitsForAPersonWithItsReceipt) {
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

TEST_F(As2Await, WhatIsTerminatedUnsentIsNotWaitedFor) {
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

TEST_F(As2Await, SentOnceMoreByAPerson) {
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

TEST_F(As2Await, PublishesReceiptsOnWish) {
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

TEST_F(As2Await, UnsignedReceiptsAndThoseWithoutACheckCountWhereThatWasAgreedOn) {
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
