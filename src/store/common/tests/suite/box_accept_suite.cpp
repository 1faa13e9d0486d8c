// Accepting: what is published is there, whole or not at all, and once for each source.

#include "store/common/tests/suite/box_suite.h"

#include <filesystem>

#include "crypto/digest.h"
#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

TEST_P(BoxSuite, WhatIsPublishedIsReadBackWhole) {
  for (const std::size_t size : {0U, 1U, 10'000U, 65'536U, 65'537U, 3'000'000U}) {
    const Bytes content = content_of(size, static_cast<unsigned>(size));
    Publication one = publication(current(), content);
    one.message.parts.push_back(part_of(current(), content_of(70'000, 1), "attachment"));
    one.message.body_index = 1;
    one.message.context.write("my.note", std::string("\0\xff binary", 9));
    const MessageContext context = one.message.context;
    const auto published = step().publish(request_of(std::move(one)), at(0));
    ASSERT_TRUE(published) << published.error().to_string();
    ASSERT_EQ(published->messages.size(), 1U);
    const auto loaded = step().load(published->messages[0]);
    ASSERT_TRUE(loaded) << loaded.error().to_string();
    EXPECT_EQ(loaded->context, context);
    EXPECT_EQ(loaded->body_index, 1U);
    ASSERT_EQ(loaded->parts.size(), 2U);
    const Part& part = loaded->parts[0];
    EXPECT_EQ(part.content_type, "text/xml; charset=utf-8");
    EXPECT_EQ(part.file_name, "order.xml");
    EXPECT_EQ(part.properties.text(names::kMimeContentId), "<1@x>");
    EXPECT_EQ(part.body->size(), size);
    const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, content);
    EXPECT_EQ(crypto::DigestValue(part.body->sha256()), *digest);
    EXPECT_EQ(read(*part.body), content);
    EXPECT_EQ(read(*part.body), content);
    EXPECT_EQ(loaded->parts[1].name, "attachment");
    EXPECT_EQ(read(*loaded->parts[1].body), content_of(70'000, 1));
  }
}

TEST_P(BoxSuite, MessagesWithoutPartsAndAllLimits) {
  Publication none;
  none.deliveries.push_back({"Out", {}, {}});
  ASSERT_TRUE(step().publish(request_of(none), at(0)));
  Publication many = publication(current(), content_of(3, 3));
  while (many.message.parts.size() < kMaximumParts) many.message.parts.push_back(many.message.parts[0]);
  const auto published = step().publish(request_of(many), at(0));
  ASSERT_TRUE(published);
  EXPECT_EQ(step().load(published->messages[0])->parts.size(), kMaximumParts);
  many.message.parts.push_back(many.message.parts[0]);
  EXPECT_EQ(step().publish(request_of(many), at(0)).error().code, kTooManyParts);
  Publication big = publication(current(), content_of(3, 3));
  big.message.context.promote("my.long", std::string(257, 'x'));
  EXPECT_EQ(step().publish(request_of(big), at(0)).error().code, kPropertyTooLong);
  big.message.context.write("my.long", std::string(257, 'x'));
  EXPECT_TRUE(step().publish(request_of(big), at(0)));
  big.message.parts[0].body = nullptr;
  EXPECT_EQ(step().publish(request_of(big), at(0)).error().code, kNoSuchPart);
  EXPECT_EQ(step().counts()->ready, 3U);
}

TEST_P(BoxSuite, ManyLargePartsDoNotUseUpTheDescriptors) {
  Publication many = publication(current(), content_of(3, 3));
  constexpr unsigned kParts = 200;
  for (unsigned i = 1; i < kParts; ++i) many.message.parts.push_back(part_of(current(), content_of(66'000, i)));
  for (unsigned i = 1; i < kParts; ++i) EXPECT_EQ(read(*many.message.parts[i].body), content_of(66'000, i));
  std::size_t open = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++open;
  EXPECT_LT(open, 150U);
  // The same box: staged bodies belong to it.
  const auto published = current().publish(request_of(std::move(many)), at(0));
  ASSERT_TRUE(published) << published.error().to_string();
  const auto loaded = step().load(published->messages[0]);
  for (unsigned i = 1; i < kParts; ++i) EXPECT_EQ(read(*loaded->parts[i].body), content_of(66'000, i));
}

TEST_P(BoxSuite, SeveralMessagesInOneCommitOrNone) {
  PublishRequest request;
  for (unsigned i = 0; i < 5; ++i) request.publications.push_back(publication(current(), content_of(100'000, i)));
  const auto published = step().publish(std::move(request), at(0));
  ASSERT_TRUE(published);
  ASSERT_EQ(published->messages.size(), 5U);
  for (unsigned i = 0; i < 5; ++i) {
    EXPECT_EQ(read(*step().load(published->messages[i])->parts[0].body), content_of(100'000, i));
  }
  // The third has the id of a message that exists: nothing of the five is stored.
  PublishRequest again;
  for (unsigned i = 0; i < 5; ++i) again.publications.push_back(publication(current(), content_of(100'000, i)));
  again.publications[2].message.id = published->messages[0];
  EXPECT_FALSE(step().publish(std::move(again), at(0)));
  EXPECT_EQ(step().counts()->ready, 5U);
}

TEST_P(BoxSuite, AWishedIdentityIsKept) {
  Publication one = publication(current(), content_of(9, 1));
  one.deliveries[0].id = WorkId("0190163d-8694-739b-aea5-966c26f8ad91");
  one.message.id = MessageId("0190163d-8694-739b-aea5-966c26f8ad92");
  ASSERT_TRUE(step().publish(request_of(std::move(one)), at(0)));
  const WorkItem item = claim_one(step(), at(1));
  EXPECT_EQ(item.claim.work.text(), "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(item.message.text(), "0190163d-8694-739b-aea5-966c26f8ad92");
}

TEST_P(BoxSuite, AFailedReceiveKeepsItsRawFormAndBecomesMessagesOnResume) {
  const Bytes raw = content_of(200'000, 7);
  SuspendRequest request;
  request.context.promote(names::kReceivePortName, std::string("In"));
  request.raw = part_of(current(), raw, "raw");
  request.failure = failure();
  const auto suspended = step().suspend_received(std::move(request), at(0));
  ASSERT_TRUE(suspended) << suspended.error().to_string();
  const WorkSummary summary = step().show(*suspended).value();
  EXPECT_EQ(summary.kind, WorkKind::Receive);
  EXPECT_EQ(summary.state, WorkState::Suspended);
  EXPECT_EQ(summary.port, "In");
  EXPECT_EQ(summary.size, raw.size());
  ASSERT_TRUE(step().resume(*suspended, true, at(5)));
  const WorkItem item = claim_one(step(), at(5));
  MessageBox& box = step();
  const auto loaded = box.load(item.message);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(read(*loaded->parts[0].body), raw);
  // A pass-through pipeline publishes the stored raw body as it is.
  Publication one;
  one.message.context = loaded->context;
  one.message.parts = loaded->parts;
  one.deliveries.push_back({"Out", {}, {}});
  PublishRequest publish = request_of(std::move(one));
  publish.settles = Settlement{item.claim, std::nullopt, {}};
  const auto published = box.publish(publish, at(6));
  ASSERT_TRUE(published) << published.error().to_string();
  EXPECT_EQ(read(*step().load(published->messages[0])->parts[0].body), raw);
  EXPECT_EQ(step().show(*suspended)->state, WorkState::Completed);
  // The claim is used up: doing it all again stores nothing.
  Publication second = publication(current(), raw);
  PublishRequest again = request_of(std::move(second));
  again.settles = Settlement{item.claim, std::nullopt, {}};
  EXPECT_EQ(step().publish(std::move(again), at(7)).error().code, kLeaseLost);
  EXPECT_EQ(step().counts()->ready, 1U);
}

TEST_P(BoxSuite, WhatBreaksALimitCanStillBeSuspended) {
  SuspendRequest request;
  request.context.promote(names::kReceivePortName, std::string("In"));
  request.context.promote(names::kInboundTransportLocation, std::string(5000, 'x'));
  request.raw = part_of(current(), content_of(10, 1));
  request.failure = failure();
  const auto suspended = step().suspend_received(std::move(request), at(0));
  ASSERT_TRUE(suspended) << suspended.error().to_string();
  EXPECT_EQ(step().show(*suspended)->port, "In");
}

TEST_P(BoxSuite, OneSourceIsReceivedOnce) {
  const auto first = step().publish(request_of(publication(current(), content_of(70'000, 1)), "file:1"), at(0));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(step().was_received("file:1").value());
  EXPECT_FALSE(step().was_received("file:2").value());
  const auto second = step().publish(request_of(publication(current(), content_of(70'000, 1)), "file:1"), at(1));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->duplicate);
  EXPECT_EQ(second->messages, first->messages);
  EXPECT_EQ(step().counts()->ready, 1U);
  SuspendRequest suspend;
  suspend.raw = part_of(current(), content_of(70'000, 1));
  suspend.failure = failure();
  suspend.receive_key = "file:1";
  EXPECT_TRUE(step().suspend_received(std::move(suspend), at(2)));
  EXPECT_EQ(step().counts()->suspended, 0U);
  ASSERT_TRUE(step().forget_received({}));
  EXPECT_TRUE(step().was_received("file:1").value());
  ASSERT_TRUE(step().forget_received({"file:1", "file:9"}));
  ASSERT_TRUE(step().forget_received({"file:1"}));
  EXPECT_FALSE(step().publish(request_of(publication(current(), content_of(9, 1)), "file:1"), at(3))->duplicate);
  EXPECT_EQ(step().counts()->ready, 2U);
}

TEST_P(BoxSuite, WhoSendsTheSameAgainIsToldTheSame) {
  const Bytes receipt = content_of(5'000, 7);
  auto request = request_of(publication(current(), content_of(70'000, 1)), "as2:1");
  request.receipt = receipt;
  const auto first = step().publish(std::move(request), at(0));
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(first->receipt.empty());
  EXPECT_EQ(step().receipt_of("as2:1").value(), receipt);
  EXPECT_EQ(step().receipt_of("as2:2").value(), std::nullopt);

  auto again = request_of(publication(current(), content_of(9, 2)), "as2:1");
  again.receipt = content_of(3, 3);
  const auto second = step().publish(std::move(again), at(1));
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_TRUE(second->duplicate);
  EXPECT_EQ(second->receipt, receipt) << "byte by byte what was said first";
  EXPECT_EQ(second->messages, first->messages);

  ASSERT_TRUE(step().publish(request_of(publication(current(), content_of(9, 2)), "file:1"), at(1)));
  EXPECT_EQ(step().receipt_of("file:1").value(), std::nullopt) << "nobody was told anything";
  auto too_large = request_of(publication(current(), content_of(9, 2)), "as2:3");
  too_large.receipt = Bytes(kMaximumReceipt + 1);
  const auto refused = step().publish(std::move(too_large), at(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kReceiptTooLarge);
  EXPECT_FALSE(step().was_received("as2:3").value());

  ASSERT_TRUE(step().forget_received({"as2:1"}));
  EXPECT_EQ(step().receipt_of("as2:1").value(), std::nullopt);
}

TEST_P(BoxSuite, AKeyIsForgottenWhenItIsOldEnough) {
  const auto comes = [&](int second) {
    return step().publish(request_of(publication(current(), content_of(9, 1)), "as2:1"), at(second))->duplicate;
  };
  EXPECT_FALSE(comes(10));
  ASSERT_TRUE(step().forget_received_before("as2:1", at(10)));
  EXPECT_TRUE(comes(11)) << "it came at that moment, not before it";
  ASSERT_TRUE(step().forget_received_before("as2:2", at(11)));
  EXPECT_TRUE(step().was_received("as2:1").value());
  ASSERT_TRUE(step().forget_received_before("as2:1", at(11)));
  EXPECT_FALSE(comes(12));
  ASSERT_TRUE(step().forget_received_before("as2:1", at(12)));
  EXPECT_TRUE(comes(13)) << "its time is that of the message that was taken";
}

TEST_P(BoxSuite, AReceiptIsCalledForInTheCommitOfItsMessage) {
  const auto request = [&] {
    auto made = request_of(publication(current(), content_of(70'000, 1)), "as2:9");
    made.receipt = content_of(500, 2);
    Publication receipt = publication(current(), content_of(500, 2), {"ACME and us"});
    receipt.deliveries.front().kind = WorkKind::Receipt;
    made.publications.push_back(std::move(receipt));
    return made;
  };
  ASSERT_TRUE(step().publish(request(), at(0)));
  ASSERT_TRUE(step().publish(request(), at(1))->duplicate);
  const auto listed = step().list({.kinds = {WorkKind::Receipt}});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().port, "ACME and us");
  ClaimRequest claim;
  claim.owner = "one";
  claim.now = at(1);
  claim.kinds = {WorkKind::Receipt};
  const auto claimed = step().claim(claim);
  ASSERT_TRUE(claimed);
  ASSERT_EQ(claimed->size(), 1U);
  EXPECT_EQ(claimed->front().kind, WorkKind::Receipt);
  EXPECT_TRUE(step().complete(claimed->front().claim, at(2)));
}

TEST_P(BoxSuite, WritersThatAreDroppedLeaveNothing) {
  for (const std::size_t size : {10U, 100'000U}) {
    auto writer = step().create_body();
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write(content_of(size, 1)));
    auto finished = step().create_body();
    ASSERT_TRUE((*finished)->write(content_of(size, 1)));
    ASSERT_TRUE((*finished)->finish());
    const BodyRef dropped = (*finished)->take();
    EXPECT_EQ(dropped->size(), size);
    EXPECT_EQ(read(*dropped), content_of(size, 1));
  }
  EXPECT_TRUE(step().list({})->empty());
}

}  // namespace sealgate::store
