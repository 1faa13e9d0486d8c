// SFTP send: one file for one delivery, wherever the connection breaks.

#include "adapters/sftp/sftp_sender.h"

#include <algorithm>

#include "adapters/common/errors.h"
#include "adapters/common/tests/support.h"
#include "adapters/sftp/errors.h"
#include "adapters/sftp/tests/fake_server.h"

namespace sealgate::adapters::sftp::tests {
namespace {

using adapters::tests::kStoreDown;
using adapters::tests::TestMessage;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(7);

class TestNotes final : public DeliveryNotes {
 public:
  Result<std::optional<DeliveryNote>> find(const std::string& delivery_id) override {
    if (down) return fail(kStoreDown, "the store is down");
    const auto found = notes.find(delivery_id);
    if (found == notes.end()) return std::nullopt;
    return found->second;
  }
  Result<> keep(const std::string& delivery_id, const DeliveryNote& note) override {
    if (down) return fail(kStoreDown, "the store is down");
    notes[delivery_id] = note;
    return {};
  }
  std::map<std::string, DeliveryNote> notes;
  bool down = false;
};

class SftpSend : public ::testing::Test {
 protected:
  SftpSend() {
    options_.server.host = "sftp.example";
    options_.connect = server_.connect();
    options_.folder = "/in";
    options_.login = [](const OutboundMessage&) -> Result<Login> { return Login{"alice", {}, {}, {}}; };
    options_.notes = notes_;
  }
  /// A sender as after a restart: it knows nothing of earlier attempts but what is noted.
  SendOutcome send(TestMessage& message) { return SftpSender(options_, clock_).send(message); }
  std::string why(const SendOutcome& outcome) { return outcome.error ? outcome.error->to_string() : "delivered"; }

  FakeServer server_;
  std::shared_ptr<TestNotes> notes_ = std::make_shared<TestNotes>();
  ManualClock clock_{kNow};
  SftpSendOptions options_;
};

TEST_F(SftpSend, WritesTheMessageUnderItsName) {
  TestMessage message;
  const SendOutcome outcome = send(message);
  ASSERT_EQ(outcome.kind, SendKind::Delivered) << why(outcome);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/in/0b1c2d3e-aaaa.xml"});
  EXPECT_EQ(server_.files.begin()->second.content, "<order/>");
  EXPECT_EQ(outcome.details.at(0).name, "SFTP.SentFileName");
  EXPECT_EQ(outcome.details.at(0).value, "sftp://sftp.example:22/in/0b1c2d3e-aaaa.xml");
}

/// Every call of a delivery is lost once, on its way there and on its way back, while the partner takes each file at
/// once: it gets the message once.
TEST_F(SftpSend, ACutAtAnyCallNeitherLosesNorDoubles) {
  for (const bool overwrite : {false, true}) {
    for (const bool taken_at_once : {false, true}) {
      for (const auto lost : {FakeServer::Lost::Request, FakeServer::Lost::Answer}) {
        for (int at = 1; at <= 12; ++at) {
          SCOPED_TRACE("call " + std::to_string(at) + (lost == FakeServer::Lost::Request ? " request" : " answer") +
                       (taken_at_once ? ", taken at once" : "") + (overwrite ? ", overwriting" : ""));
          options_.overwrite = overwrite;
          options_.file_name = "order.xml";
          server_.files.clear();
          if (overwrite && !taken_at_once) server_.put("/in/order.xml", "older");
          notes_->notes.clear();
          int taken = 0;
          server_.on_renamed = [&](const std::string& to) {
            if (to != "/in/order.xml") return;
            ++taken;
            EXPECT_EQ(server_.files.at(to).content, "<order/>");
            if (taken_at_once) server_.files.erase(to);
          };
          server_.calls = 0;
          server_.cut_at = at;
          server_.lost = lost;
          TestMessage message;
          SendOutcome outcome = send(message);
          for (int attempt = 0; attempt < 3 && outcome.kind == SendKind::RetryLater; ++attempt) {
            outcome = send(message);
          }
          ASSERT_EQ(outcome.kind, SendKind::Delivered) << why(outcome);
          EXPECT_EQ(taken, 1);
          EXPECT_EQ(server_.names(),
                    taken_at_once ? std::vector<std::string>{} : std::vector<std::string>{"/in/order.xml"});
        }
      }
    }
  }
}

TEST_F(SftpSend, AnotherMessagesFileStaysAsItIs) {
  options_.file_name = "order.xml";
  server_.put("/in/order.xml", "another");
  TestMessage message;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const SendOutcome outcome = send(message);
    EXPECT_EQ(outcome.kind, SendKind::RetryLater);
    EXPECT_EQ(outcome.error->code, kExists);
  }
  EXPECT_EQ(server_.files.at("/in/order.xml").content, "another");
  EXPECT_EQ(message.pumps, 0) << "what cannot get its name is not sent";
  server_.files.erase("/in/order.xml");
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
}

TEST_F(SftpSend, WhoComesInBetweenIsNotReplacedAndTheUploadIsKept) {
  options_.file_name = "order.xml";
  server_.on_call = [&](const std::string& what) {
    if (what.starts_with("rename /in/.sealgate-") && !server_.files.contains("/in/order.xml")) {
      server_.put("/in/order.xml", "another");
    }
  };
  TestMessage message;
  EXPECT_EQ(send(message).error->code, kExists);
  server_.on_call = {};
  EXPECT_EQ(send(message).error->code, kExists);
  server_.files.erase("/in/order.xml");
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(message.pumps, 1);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/in/order.xml"});
}

TEST_F(SftpSend, ALaterNameIsTriedWhenTheTimeMakesOne) {
  options_.file_name = "order-%time%.xml";
  server_.put("/in/order-070000.xml", "another");
  TestMessage message;
  message.created_at = kNow;
  clock_.advance(std::chrono::seconds(5));
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_TRUE(server_.files.contains("/in/order-070005.xml"));
}

TEST_F(SftpSend, AServerThatSwallowsBytesIsNotBelieved) {
  server_.quota = 3;
  TestMessage message;
  EXPECT_EQ(send(message).error->code, kIncomplete);
  EXPECT_FALSE(server_.files.contains("/in/0b1c2d3e-aaaa.xml"));
  server_.quota = 100;
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
}

TEST_F(SftpSend, AServerThatDoesNotRenameIsAFailure) {
  server_.refuses_rename = true;
  TestMessage message;
  for (int attempt = 0; attempt < 2; ++attempt) EXPECT_EQ(send(message).error->code, kFailed);
  server_.refuses_rename = false;
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
}

TEST_F(SftpSend, WithoutTheStoreNothingGetsItsName) {
  notes_->down = true;
  TestMessage message;
  EXPECT_EQ(send(message).kind, SendKind::RetryLater);
  EXPECT_TRUE(server_.files.empty());
  EXPECT_EQ(message.pumps, 0);
}

TEST_F(SftpSend, AMessageThatFailsHalfWayLeavesNoNamedFile) {
  TestMessage message;
  message.before_block = [](std::size_t at) -> Result<> {
    if (at >= 4) return fail(kStoreDown, "the store is down");
    return {};
  };
  EXPECT_EQ(send(message).error->code, kStoreDown);
  message.before_block = {};
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/in/0b1c2d3e-aaaa.xml"});
}

TEST_F(SftpSend, ConnectionsAreKeptForTheSameLoginOnly) {
  std::string user = "alice";
  options_.login = [&](const OutboundMessage&) -> Result<Login> { return Login{user, {}, {}, {}}; };
  SftpSender sender(options_, clock_);
  TestMessage first;
  EXPECT_EQ(sender.send(first).kind, SendKind::Delivered);
  TestMessage second;
  second.message = second.delivery = "second";
  EXPECT_EQ(sender.send(second).kind, SendKind::Delivered);
  EXPECT_EQ(server_.logins, 1);
  user = "bob";
  TestMessage third;
  third.message = third.delivery = "third";
  EXPECT_EQ(sender.send(third).kind, SendKind::Delivered);
  EXPECT_EQ(server_.logins, 2);
}

TEST_F(SftpSend, AKeptConnectionThatDiedIsNoFailedAttempt) {
  SftpSender sender(options_, clock_);
  TestMessage first;
  EXPECT_EQ(sender.send(first).kind, SendKind::Delivered);
  server_.cut_at = server_.calls + 1;
  server_.lost = FakeServer::Lost::Request;
  TestMessage second;
  second.message = second.delivery = "second";
  EXPECT_EQ(sender.send(second).kind, SendKind::Delivered);
  EXPECT_EQ(server_.logins, 2);
}

TEST_F(SftpSend, ACancelledSenderKeepsNobodyWaiting) {
  SftpSender sender(options_, clock_);
  sender.cancel();
  TestMessage message;
  const SendOutcome outcome = sender.send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kCancelled);
  EXPECT_EQ(server_.calls, 0);
}

TEST_F(SftpSend, WhoCannotLogInWaitsOrIsSuspended) {
  TestMessage message;
  options_.login = [](const OutboundMessage&) -> Result<Login> { return fail(kLoginRefused, "later"); };
  EXPECT_EQ(send(message).kind, SendKind::RetryLater);
  options_.login = [](const OutboundMessage&) -> Result<Login> {
    return fail(ErrorCode{"test.no-password", ErrorClass::Environment}, "no password");
  };
  EXPECT_EQ(send(message).kind, SendKind::PermanentFailure);
}

TEST_F(SftpSend, ABadNameNeedsAnOperator) {
  options_.file_name = "../%MessageID%.xml";
  TestMessage message;
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::PermanentFailure);
  EXPECT_EQ(outcome.error->code, kBadName);
  EXPECT_TRUE(server_.files.empty());
}

}  // namespace
}  // namespace sealgate::adapters::sftp::tests
