// AS2 messages on their way in, to the receipt: what is taken, refused, told, and told again.

#include "as2/inbound.h"
#include "hosts/tests/as2_fixture.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using adapters::SubmitKind;
using messaging::WorkKind;
using messaging::WorkState;
using testing::As2Fixture;
using testing::kDocument;
using testing::kNow;
using testing::world;

class As2Receive : public As2Fixture {};

TEST_F(As2Receive, TakesAMessageAndAnswersWithItsReceipt) {
  const auto request = written(outgoing("<1@acme>"));
  const auto outcome = post(request);
  EXPECT_EQ(outcome.kind, SubmitKind::Accepted);
  const auto judgement = judged(wire(outcome), request, "<1@acme>");
  EXPECT_EQ(judgement.verdict, as2::Verdict::Acknowledged) << judgement.reason;
  EXPECT_EQ(judgement.matched, as2::MicForm::Exact);
  EXPECT_TRUE(judgement.is_signed);

  const auto sends = work(WorkKind::Send);
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends.front().party, "ACME");
  const auto message = box().load(sends.front().message);
  ASSERT_TRUE(message);
  BufferSink content;
  ASSERT_TRUE(message->body_part()->body->copy_to(content));
  EXPECT_EQ(as_text(content.bytes()), kDocument);
  EXPECT_EQ(message->context.text(names::kAs2From), "ACME Corp");
  EXPECT_EQ(message->context.text(names::kAs2MessageId), "<1@acme>");
  EXPECT_EQ(message->context.text(names::kAs2Agreement), "ACME and us");
  EXPECT_TRUE(message->context.has(names::kAs2ContentMic)) << "the receipt's state is the message's";
  EXPECT_TRUE(work(WorkKind::Receipt).empty());
}

TEST_F(As2Receive, WhoHearsNothingAndSendsAgainGetsTheSameBytes) {
  const auto first = post(written(outgoing("<1@acme>")));
  // Killed between the commit and the answer: nothing but the store is left.
  open_store();
  const auto second = post(written(outgoing("<1@acme>")), kNow + std::chrono::hours(1));
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(wire(second), wire(first));
  EXPECT_EQ(work(WorkKind::Send).size(), 1U);
}

TEST_F(As2Receive, AnEarlierReceiptHoldsAlsoWhenTheMessageWouldBeRefusedNow) {
  const auto first = post(written(outgoing("<1@acme>")));
  const auto again = post(written(outgoing("<1@acme>", &world().mallory)));
  EXPECT_EQ(wire(again), wire(first));
  EXPECT_EQ(work(WorkKind::Send).size(), 1U);
}

TEST_F(As2Receive, WhatWasRefusedMayComeAgainUnderItsMessageId) {
  const auto refused = post(written(outgoing("<1@acme>", nullptr)));
  EXPECT_NE(refused.kind, SubmitKind::Accepted);
  EXPECT_FALSE(wire(refused).empty());
  EXPECT_NE(disposition(wire(refused)).find("processed/error"), std::string::npos) << disposition(wire(refused));
  EXPECT_TRUE(work(WorkKind::Send).empty());
  const auto kept = work(WorkKind::Receive);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_FALSE(kept.front().failure->resumable) << "the partner was told that it failed";

  const auto request = written(outgoing("<1@acme>"));
  const auto taken = post(request);
  EXPECT_EQ(taken.kind, SubmitKind::Accepted);
  EXPECT_EQ(judged(wire(taken), request, "<1@acme>").verdict, as2::Verdict::Acknowledged);
}

TEST_F(As2Receive, OnlyTheAgreementsPartnerSigns) {
  // Mallory's certificate comes with the message, and says nothing about who he is.
  const auto outcome = post(written(outgoing("<1@acme>", &world().mallory)));
  EXPECT_NE(outcome.kind, SubmitKind::Accepted);
  EXPECT_TRUE(work(WorkKind::Send).empty());
  // Of the same authority, but nobody's.
  post(written(outgoing("<2@acme>", &world().gateway)));
  EXPECT_TRUE(work(WorkKind::Send).empty());
  agreement_.receiving.verification_certificates = {{world().gateway.certificate.thumbprint()}};
  post(written(outgoing("<3@acme>")));
  EXPECT_TRUE(work(WorkKind::Send).empty()) << "a certificate of the partner that the agreement does not name";
}

TEST_F(As2Receive, EveryFailureInsideAnEncryptedMessageLooksTheSame) {
  auto wrong_key = outgoing("<1@acme>");
  wrong_key.seal.encrypt = as2::testing::encrypted_to(world().mallory);
  const std::string for_nobody = disposition(wire(post(written(std::move(wrong_key)))));
  auto altered = written(outgoing("<2@acme>"));
  altered.body[altered.body.size() - 20] ^= 1;
  const std::string padding = disposition(wire(post(altered)));
  EXPECT_EQ(for_nobody, padding);
  EXPECT_NE(padding.find("decryption-failed"), std::string::npos) << padding;
}

TEST_F(As2Receive, AReceiptAtAnAddressIsWorkOfTheSameCommit) {
  auto message = outgoing("<1@acme>");
  message.headers.receipt->delivery_url = "https://acme.example/receipts";
  const auto outcome = post(written(std::move(message)));
  EXPECT_EQ(outcome.kind, SubmitKind::Accepted);
  ASSERT_NE(outcome.reply, nullptr) << "200, and nothing more";
  EXPECT_TRUE(outcome.reply->headers.empty());
  EXPECT_TRUE(outcome.reply->body.empty());
  const auto calls = work(WorkKind::Receipt);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls.front().port, "ACME and us");
  EXPECT_EQ(calls.front().state, WorkState::Ready);
  const auto receipt = box().load(calls.front().message);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->context.text(names::kAs2MdnAsyncUri), "https://acme.example/receipts");
  EXPECT_EQ(receipt->context.text(names::kAs2OriginalMessageId), "<1@acme>");

  auto again = outgoing("<1@acme>");
  again.headers.receipt->delivery_url = "https://acme.example/receipts";
  EXPECT_TRUE(post(written(std::move(again))).duplicate);
  const auto twice = work(WorkKind::Receipt);
  ASSERT_EQ(twice.size(), 2U) << "who asks again has not got it";
  BufferSink first;
  BufferSink second;
  ASSERT_TRUE(box().load(twice[0].message)->body_part()->body->copy_to(first));
  ASSERT_TRUE(box().load(twice[1].message)->body_part()->body->copy_to(second));
  EXPECT_EQ(first.bytes(), second.bytes());
  EXPECT_EQ(work(WorkKind::Send).size(), 1U);
}

TEST_F(As2Receive, NobodyElsesAddressIsCalled) {
  int number = 0;
  for (const char* url : {"http://169.254.169.254/latest", "http://localhost/", "https://acme.example.evil.test/",
                          "https://plants.example/", "https://evilplants.example/"}) {
    SCOPED_TRACE(url);
    auto message = outgoing("<" + std::to_string(++number) + "@acme>");
    message.headers.receipt->delivery_url = url;
    const auto request = written(std::move(message));
    const auto outcome = post(request);
    EXPECT_TRUE(work(WorkKind::Receipt).empty());
    EXPECT_EQ(judged(wire(outcome), request, "<" + std::to_string(number) + "@acme>").verdict,
              as2::Verdict::Acknowledged)
        << "it goes into the response";
  }
}

TEST_F(As2Receive, AStrangerIsToldNothingButThatItFailedAndIsNotCalled) {
  has_agreement_ = false;
  auto message = outgoing("<1@acme>");
  message.headers.receipt->delivery_url = "https://acme.example/receipts";
  const auto outcome = post(written(std::move(message)));
  EXPECT_NE(outcome.kind, SubmitKind::Accepted);
  EXPECT_TRUE(work(WorkKind::Receipt).empty());
  EXPECT_NE(disposition(wire(outcome)).find("unexpected-processing-error"), std::string::npos);
}

TEST_F(As2Receive, AReceiptIsNeitherAPayloadNorAnsweredByOne) {
  agreement_.receiving.receipt.rule = artifacts::ReceiptRule::Agreement;
  as2::InboundMessage ours(written(outgoing("<1@acme>")).headers);
  auto options = ours.receipt({}, "<2@gateway>", "Test:1");
  options.headers.from = {"ACME Corp"};
  options.headers.to = {"gateway"};
  options.time = kNow;
  for (const bool is_signed : {true, false}) {
    if (is_signed) {
      options.sign = as2::testing::signer(world().acme);
    } else {
      options.sign.reset();
    }
    const auto built = as2::build_mdn(options);
    ASSERT_TRUE(built) << built.error().to_string();
    const auto outcome = post({built->headers, std::string(as_text(built->body)), {}});
    EXPECT_NE(outcome.kind, SubmitKind::Accepted);
    EXPECT_EQ(outcome.reply, nullptr);
    EXPECT_TRUE(work(WorkKind::Send).empty());
    EXPECT_TRUE(work(WorkKind::Receipt).empty());
  }
}

TEST_F(As2Receive, WithoutARequestThereIsNoReceipt) {
  auto message = outgoing("<1@acme>");
  message.headers.receipt.reset();
  const auto taken = post(written(std::move(message)));
  ASSERT_NE(taken.reply, nullptr);
  EXPECT_TRUE(taken.reply->headers.empty());
  auto unsigned_one = outgoing("<2@acme>", nullptr);
  unsigned_one.headers.receipt.reset();
  EXPECT_EQ(post(written(std::move(unsigned_one))).reply, nullptr) << "HTTP's own status tells that it failed";
}

TEST_F(As2Receive, AMessageIdIsKnownForAsLongAsTheAgreementSays) {
  agreement_.receiving.remember_duplicates = std::chrono::hours(1);
  const auto first = post(written(outgoing("<1@acme>")));
  const auto second = post(written(outgoing("<1@acme>")), kNow + std::chrono::minutes(59));
  EXPECT_EQ(wire(second), wire(first));
  EXPECT_EQ(work(WorkKind::Send).size(), 1U);
  const auto later = post(written(outgoing("<1@acme>")), kNow + std::chrono::minutes(61));
  EXPECT_FALSE(later.duplicate);
  EXPECT_NE(wire(later), wire(first));
  EXPECT_EQ(wire(post(written(outgoing("<1@acme>")), kNow + std::chrono::minutes(119))), wire(later))
      << "from the last time that it was taken";
  EXPECT_EQ(work(WorkKind::Send).size(), 2U);
  post(written(outgoing("<2@acme>")));
  post(written(outgoing("<2@acme>", nullptr)), kNow + std::chrono::hours(2));
  EXPECT_EQ(work(WorkKind::Receive).size(), 1U) << "a refusal is told as one, not by the receipt that is forgotten";
}

TEST_F(As2Receive, WhereNobodySignsReceiptsAreUnsignedThatMayBe) {
  group_signs_ = false;
  const auto request = written(outgoing("<1@acme>"));
  const auto judgement = judged(wire(post(request)), request, "<1@acme>");
  EXPECT_FALSE(judgement.is_signed);
  EXPECT_EQ(work(WorkKind::Send).size(), 1U);
}

TEST_F(As2Receive, ReceiptsAreSignedAsTheAgreementSays) {
  int number = 0;
  const auto is_signed = [&](artifacts::SignedReceipts rule, bool asked, bool required) {
    agreement_.receiving.receipt.sign_when = rule;
    const std::string id = "<" + std::to_string(++number) + "@acme>";
    auto message = outgoing(id);
    message.headers.receipt->wants_signature = asked;
    message.headers.receipt->signature_required = required;
    const auto request = written(std::move(message));
    return judged(wire(post(request)), request, id).is_signed;
  };
  using enum artifacts::SignedReceipts;
  EXPECT_TRUE(is_signed(Asked, true, false));
  EXPECT_FALSE(is_signed(Asked, false, false));
  EXPECT_FALSE(is_signed(Required, true, false));
  EXPECT_TRUE(is_signed(Required, true, true));
  EXPECT_TRUE(is_signed(Always, false, false));
}

TEST_F(As2Receive, AgreementsMayKeepOrDeliverWhatComesTwice) {
  const auto first = post(written(outgoing("<1@acme>")));
  agreement_.receiving.duplicates = artifacts::DuplicateRule::Suspend;
  EXPECT_TRUE(post(written(outgoing("<1@acme>"))).duplicate);
  ASSERT_EQ(work(WorkKind::Receive).size(), 1U);
  EXPECT_EQ(work(WorkKind::Receive).front().failure->code, "hosts.duplicate-message");
  using messaging::TrackingEvent;
  EXPECT_EQ(detail(TrackingEvent::Repeated, "duplicates"), "suspend");
  EXPECT_EQ(records(TrackingEvent::Repeated).front().message.text(), first.message_id);
  agreement_.receiving.duplicates = artifacts::DuplicateRule::Deliver;
  EXPECT_FALSE(post(written(outgoing("<1@acme>"))).duplicate);
  const auto sends = work(WorkKind::Send);
  ASSERT_EQ(sends.size(), 2U);
  EXPECT_EQ(box().load(sends.back().message)->context.boolean(names::kAs2IsDuplicate), true);
  EXPECT_EQ(records(TrackingEvent::Repeated).size(), 1U) << "this one was published";
}

}  // namespace
}  // namespace sealgate::hosts
