// The adapter of docs/adding-an-adapter.md: both ends, and what every adapter owes the engine.

#include <poll.h>

#include "adapters/common/tests/support.h"
#include "adapters/sample/errors.h"
#include "adapters/sample/sample_receiver.h"
#include "adapters/sample/sample_sender.h"

namespace sealgate::adapters::sample {
namespace {

using adapters::tests::kStoreDown;
using adapters::tests::TemporaryFolder;
using adapters::tests::TestMessage;
using adapters::tests::TestSubmitter;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class SampleAdapter : public ::testing::Test {
 protected:
  SampleAdapter()
      : socket_(folder_.path() / "door"), receiver_({"At the door", socket_, milliseconds(30'000)}, submitter_) {}

  SendOutcome send(TestMessage& message) { return SampleSender({socket_, milliseconds(30'000)}).send(message); }
  void start() {
    const auto started = receiver_.start();
    ASSERT_TRUE(started) << started.error().to_string();
  }
  /// What the receiver answers to these bytes.
  std::string answer_to(const std::string& bytes) {
    Line line(*connect_to(socket_), never_, milliseconds(30'000));
    EXPECT_TRUE(line.write(as_bytes(bytes)));
    return line.read_line().value_or("nothing");
  }

  TemporaryFolder folder_;
  std::string socket_;
  TestSubmitter submitter_;
  Signal never_;
  SampleReceiver receiver_;
};

TEST_F(SampleAdapter, BothEndsMeet) {
  start();
  TestMessage message;
  message.bytes = std::string(100'001, 'x') + "the end";
  const SendOutcome outcome = send(message);
  ASSERT_EQ(outcome.kind, SendKind::Delivered) << outcome.error->to_string();
  ASSERT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(submitter_.stored[0].bytes, message.bytes);
  EXPECT_EQ(submitter_.stored[0].request.location, "At the door");
  EXPECT_EQ(outcome.details.at(0).value, "ok id");
}

TEST_F(SampleAdapter, AnAttemptThatIsRepeatedMakesNoSecondMessage) {
  start();
  TestMessage message;
  ASSERT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(submitter_.duplicates, 1);
}

TEST_F(SampleAdapter, NothingIsAcknowledgedThatWasNotCommitted) {
  submitter_.commit_error = Error{kStoreDown, "down", {}, {}};
  start();
  TestMessage message;
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kNotNow);
  submitter_.commit_error.reset();
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
}

TEST_F(SampleAdapter, WhatIsRefusedForGoodIsNotTriedAgain) {
  submitter_.kind = SubmitKind::Rejected;
  start();
  TestMessage message;
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::PermanentFailure);
  EXPECT_EQ(outcome.error->code, kRefused);
}

TEST_F(SampleAdapter, WhatIsCutOffOrMakesNoSenseLeavesNothing) {
  start();
  for (const std::string half : {"", "id", "id 100\n", "id 100\nhalf"}) {
    const auto connected = connect_to(socket_);
    ASSERT_TRUE(connected);
    Line line(io::FileDescriptor(::dup(connected->get())), never_, milliseconds(30'000));
    ASSERT_TRUE(line.write(as_bytes(half)));
  }
  for (const std::string head :
       {"\n", "id\n", " 5\n", "id -5\n", "id 5x\n", "id 99999999999999999999\n", "id  5\n"}) {
    EXPECT_EQ(answer_to(head), "no bad first line") << head;
  }
  EXPECT_EQ(answer_to(std::string(600, 'x')), "nothing");
  EXPECT_EQ(answer_to("id 0\n"), "ok id");
  ASSERT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(submitter_.stored[0].bytes, "");
}

TEST_F(SampleAdapter, NobodyThereIsTriedAgainAndAWrongAddressIsNot) {
  TestMessage message;
  EXPECT_EQ(send(message).error->code, kNotReached);
  EXPECT_EQ(send(message).kind, SendKind::RetryLater);
  for (const std::string& wrong : {std::string("door"), "/" + std::string(200, 'x')}) {
    EXPECT_EQ(SampleSender({wrong}).send(message).kind, SendKind::PermanentFailure) << wrong;
    EXPECT_EQ(SampleReceiver({"x", wrong}, submitter_).start().error().code, kBadAddress) << wrong;
  }
  EXPECT_EQ(SampleReceiver({"x", folder_.path() / "no" / "door"}, submitter_).start().error().code, kCannotListen);
}

TEST_F(SampleAdapter, AProgramThatSaysNothingIsGivenUpAndCancelEndsTheWait) {
  const auto silent = listen_at(socket_);
  ASSERT_TRUE(silent);
  TestMessage message;
  const SendOutcome late = SampleSender({socket_, milliseconds(20)}).send(message);
  EXPECT_EQ(late.kind, SendKind::RetryLater);
  EXPECT_EQ(late.error->code, kLost);
  SampleSender sender({socket_, milliseconds(600'000)});
  std::thread other([&] {
    EXPECT_TRUE(wait_for(silent->get(), POLLIN, never_, milliseconds(30'000)));
    sender.cancel();
  });
  const SendOutcome cancelled = sender.send(message);
  EXPECT_EQ(cancelled.kind, SendKind::RetryLater);
  EXPECT_EQ(cancelled.error->code, kCancelled);
  EXPECT_EQ(sender.send(message).error->code, kCancelled) << "for good";
  other.join();
}

TEST_F(SampleAdapter, StopWaitsForTheDeadlineAndThenCutsOff) {
  start();
  const auto held = connect_to(socket_);
  ASSERT_TRUE(held);
  Line line(io::FileDescriptor(::dup(held->get())), never_, milliseconds(30'000));
  ASSERT_TRUE(line.write(as_bytes("id 100\nhalf")));
  receiver_.stop_accepting();
  const auto begin = Clock::now();
  receiver_.stop(begin + milliseconds(50));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
  EXPECT_TRUE(submitter_.stored.empty());
  EXPECT_FALSE(std::filesystem::exists(socket_));
  receiver_.stop(Clock::now());
}

}  // namespace
}  // namespace sealgate::adapters::sample
