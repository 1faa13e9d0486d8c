// SFTP receive: what is taken, when, and how often.

#include "adapters/sftp/sftp_receiver.h"

#include "adapters/common/tests/support.h"
#include "adapters/sftp/errors.h"
#include "adapters/sftp/intake.h"
#include "adapters/sftp/tests/fake_server.h"

namespace sealgate::adapters::sftp::tests {
namespace {

using adapters::tests::kStoreDown;
using adapters::tests::TestSubmitter;
using std::chrono::seconds;

class SftpReceive : public ::testing::Test {
 protected:
  SftpReceive() {
    options_.location = "Orders";
    options_.server.host = "sftp.example";
    options_.connect = server_.connect();
    options_.folder = "/out";
    options_.mask = "*.xml";
    options_.login = []() -> Result<Login> { return Login{"alice", {}, {}, {}}; };
  }
  /// A receiver as after a restart: it knows nothing of earlier looks.
  std::unique_ptr<SftpReceiver> receiver() { return std::make_unique<SftpReceiver>(options_, submitter_, clock_); }
  /// The second of two looks, far enough apart for files that stand still.
  PollResult look_twice(SftpReceiver& receiver) {
    receiver.poll_once();
    clock_.advance(seconds(10));
    return receiver.poll_once();
  }

  FakeServer server_;
  TestSubmitter submitter_;
  ManualClock clock_{SystemClock().now()};
  SftpReceiveOptions options_;
};

TEST_F(SftpReceive, TakesAFileThatStandsStillAndRemovesIt) {
  server_.put("/out/a.xml", "<order/>");
  const auto adapter = receiver();
  PollResult result = adapter->poll_once();
  EXPECT_EQ(result.waiting, 1U);
  EXPECT_EQ(result.submitted, 0U);
  clock_.advance(seconds(10));
  result = adapter->poll_once();
  EXPECT_EQ(result.submitted, 1U);
  EXPECT_TRUE(server_.files.empty());
  ASSERT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(submitter_.stored[0].bytes, "<order/>");
  EXPECT_EQ(submitter_.stored[0].request.location, "Orders");
  std::map<std::string, std::string> context;
  for (const auto& entry : submitter_.stored[0].request.context) context[entry.name] = entry.value;
  EXPECT_EQ(context["SFTP.ReceivedFileName"], "/out/a.xml");
  EXPECT_EQ(context["SFTP.FileTime"].substr(0, 19), "1970-01-01T00:16:40");
  EXPECT_EQ(context["BTS.InboundTransportType"], "SFTP");
  EXPECT_EQ(context["BTS.InboundTransportLocation"], "sftp://sftp.example:22/out/*.xml");
  EXPECT_EQ(submitter_.forgets, 1);
}

/// Every call is lost once, on its way there and on its way back, with and without a restart after it.
TEST_F(SftpReceive, ACutAtAnyCallNeitherLosesNorDoubles) {
  for (const std::string move_to : {"", "/done"}) {
    for (const bool restart : {false, true}) {
      for (const auto lost : {FakeServer::Lost::Request, FakeServer::Lost::Answer}) {
        for (int at = 1; at <= 12; ++at) {
          SCOPED_TRACE("call " + std::to_string(at) + (lost == FakeServer::Lost::Request ? " request" : " answer") +
                       (restart ? ", restart" : "") + " " + move_to);
          options_.move_to = move_to;
          server_.files.clear();
          server_.put("/out/a.xml", "<order/>");
          ++server_.now;
          submitter_.stored.clear();
          server_.calls = 0;
          server_.cut_at = at;
          server_.lost = lost;
          auto adapter = receiver();
          for (int look = 0; look < 8; ++look) {
            const PollResult result = adapter->poll_once();
            if (result.failed && restart) adapter = receiver();
            clock_.advance(seconds(10));
          }
          ASSERT_EQ(submitter_.stored.size(), 1U);
          EXPECT_EQ(submitter_.stored[0].bytes, "<order/>");
          EXPECT_EQ(server_.names(),
                    move_to.empty() ? std::vector<std::string>{} : std::vector<std::string>{"/done/a.xml"});
        }
      }
    }
  }
}

TEST_F(SftpReceive, AFileThatGrowsIsLeftUntilItStandsStill) {
  const auto adapter = receiver();
  for (int look = 0; look < 4; ++look) {
    server_.put("/out/a.xml", std::string(static_cast<std::size_t>(look) + 1, 'x'));
    EXPECT_EQ(look_twice(*adapter).submitted, look == 0 ? 1U : 1U);
    if (look == 0) submitter_.stored.clear();
    server_.put("/out/a.xml", "more");
    EXPECT_EQ(adapter->poll_once().submitted, 0U);
    server_.put("/out/a.xml", "more and more");
    clock_.advance(seconds(10));
    EXPECT_EQ(adapter->poll_once().submitted, 0U);
    server_.files.clear();
    adapter->poll_once();
  }
}

TEST_F(SftpReceive, AFileThatChangesWhileItIsReadIsNotTaken) {
  server_.put("/out/a.xml", "<order/>");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(10));
  submitter_.on_write = [&] {
    ++server_.now;
    server_.put("/out/a.xml", "<longer order/>");
  };
  EXPECT_EQ(adapter->poll_once().waiting, 1U);
  EXPECT_TRUE(submitter_.stored.empty());
  submitter_.on_write = {};
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "<longer order/>");
}

TEST_F(SftpReceive, WhatThePartnerPutsThereMeanwhileIsAMessageOfItsOwn) {
  server_.put("/out/a.xml", "first");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(10));
  server_.on_call = [&](const std::string& what) {
    if (what != "rename /out/a.xml") return;
    ++server_.now;
    server_.put("/out/a.xml", "second");
    server_.on_call = {};
  };
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  for (int look = 0; look < 3; ++look) look_twice(*adapter);
  ASSERT_EQ(submitter_.stored.size(), 2U);
  EXPECT_EQ(submitter_.stored[1].bytes, "second");
  EXPECT_TRUE(server_.files.empty());
}

TEST_F(SftpReceive, NamesThatMeanHarmAreNobodysFiles) {
  server_.listed = {".",
                    "..",
                    "../x.xml",
                    "a/b.xml",
                    "/etc/passwd.xml",
                    "x\ny.xml",
                    "x\x01.xml",
                    ".hidden.xml",
                    "~a.xml",
                    "a.xml.tmp",
                    "a.txt",
                    "",
                    std::string(300, 'a') + ".xml",
                    ".sealgate-taken-../../x.xml",
                    ".sealgate-taken-",
                    ".sealgate-taken-.xml",
                    "ghost.xml"};
  std::vector<std::string> asked;
  server_.on_call = [&](const std::string& what) { asked.push_back(what); };
  const auto adapter = receiver();
  const PollResult result = look_twice(*adapter);
  EXPECT_EQ(result.submitted + result.waiting + result.refused, 0U);
  EXPECT_FALSE(result.failed);
  EXPECT_EQ(asked,
            (std::vector<std::string>{"list /out", "status /out/ghost.xml", "list /out", "status /out/ghost.xml"}));
}

TEST_F(SftpReceive, AnEndlessListingIsTakenInParts) {
  for (int n = 0; n < 30'000; ++n) server_.listed.push_back("ghost" + std::to_string(n) + ".xml");
  server_.put("/out/a.xml", "<order/>");
  const auto adapter = receiver();
  const PollResult result = adapter->poll_once();
  EXPECT_TRUE(result.more);
  EXPECT_LE(server_.calls, 202) << "it looks at so many at a time";
}

TEST_F(SftpReceive, WhatCannotBeRemovedIsNotSubmittedAgain) {
  server_.put("/out/a.xml", "<order/>");
  server_.refuses_rename = server_.refuses_remove = true;
  auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).refused, 1U);
  EXPECT_EQ(look_twice(*adapter).refused, 1U);
  adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).refused, 1U);
  EXPECT_EQ(submitter_.stored.size(), 1U);
  server_.refuses_remove = false;
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(submitter_.stored.size(), 1U);
  EXPECT_TRUE(server_.files.empty());
}

TEST_F(SftpReceive, AnArchiveThatHasTheNameAlreadyGetsAnother) {
  options_.move_to = "/done";
  server_.put("/done/a.xml", "of yesterday");
  server_.put("/out/a.xml", "<order/>");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(server_.files.size(), 2U);
  EXPECT_EQ(server_.files.at("/done/a.xml").content, "of yesterday");
}

TEST_F(SftpReceive, AnArchiveThatIsClosedKeepsTheFileAndSubmitsItOnce) {
  options_.move_to = server_.closed_folder = "/done";
  server_.put("/out/a.xml", "<order/>");
  auto adapter = receiver();
  for (int look = 0; look < 4; ++look) look_twice(*adapter);
  adapter = receiver();
  for (int look = 0; look < 4; ++look) look_twice(*adapter);
  EXPECT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/out/.sealgate-taken-a.xml"});
  server_.closed_folder = "nowhere";
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/done/a.xml"});
  EXPECT_EQ(submitter_.stored.size(), 1U);
}

TEST_F(SftpReceive, ARejectedMessageIsSetAside) {
  server_.put("/out/a.xml", "<order/>");
  submitter_.kind = SubmitKind::Rejected;
  submitter_.message_id = "";
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).set_aside, 1U);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/out/.sealgate-rejected-1000-a.xml"});
}

TEST_F(SftpReceive, AStoreThatIsDownLeavesEverything) {
  server_.put("/out/a.xml", "a");
  server_.put("/out/b.xml", "b");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(10));
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  EXPECT_TRUE(adapter->poll_once().failed);
  EXPECT_EQ(server_.files.size(), 2U);
  submitter_.commit_error.reset();
  EXPECT_EQ(adapter->poll_once().submitted, 2U);
}

TEST_F(SftpReceive, WhatKeepsItFromItsFolderIsToldAsLongAsItLasts) {
  const auto adapter = receiver();
  EXPECT_EQ(adapter->trouble(), "");
  server_.calls = 0;
  server_.cut_at = 1;
  server_.lost = FakeServer::Lost::Request;
  EXPECT_TRUE(adapter->poll_once().failed);
  EXPECT_NE(adapter->trouble(), "");
  EXPECT_FALSE(adapter->poll_once().failed);
  EXPECT_EQ(adapter->trouble(), "");
}

TEST_F(SftpReceive, AFileOverTheLimitHoldsNobodyUp) {
  server_.put("/out/a.xml", "too large");
  server_.put("/out/b.xml", "b");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(10));
  submitter_.commit_error = Error{ErrorCode{"test.too-large", ErrorClass::Policy}, "too large", {}, {}};
  submitter_.on_commit = [&] { submitter_.commit_error.reset(); };
  const PollResult result = adapter->poll_once();
  EXPECT_EQ(result.refused, 1U);
  EXPECT_EQ(result.submitted, 1U);
  EXPECT_EQ(server_.names(), std::vector<std::string>{"/out/a.xml"});
}

TEST_F(SftpReceive, AnEmptyFileIsTakenAwayAfterAMinute) {
  server_.put("/out/a.xml", "");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).waiting, 1U);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(adapter->poll_once().empty, 1U);
  EXPECT_TRUE(server_.files.empty());
  EXPECT_TRUE(submitter_.stored.empty());
}

TEST_F(SftpReceive, BatchesAreBounded) {
  options_.batch_files = 3;
  for (int n = 0; n < 7; ++n) server_.put("/out/" + std::to_string(n) + ".xml", "x");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(10));
  PollResult result = adapter->poll_once();
  EXPECT_EQ(result.submitted, 3U);
  EXPECT_TRUE(result.more);
  EXPECT_EQ(adapter->poll_once().submitted, 3U);
  result = adapter->poll_once();
  EXPECT_EQ(result.submitted, 1U);
  EXPECT_FALSE(result.more);
  EXPECT_EQ(server_.logins, 1);
}

TEST_F(SftpReceive, TheSameNameAgainIsANewMessage) {
  const auto adapter = receiver();
  for (int n = 0; n < 3; ++n) {
    server_.put("/out/a.xml", "<order/>");  // same size, same time
    EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  }
  EXPECT_EQ(submitter_.stored.size(), 3U);
}

TEST_F(SftpReceive, RunsByItselfAndStopsSoon) {
  options_.polling_interval = options_.settle_time = std::chrono::milliseconds(1);
  server_.put("/out/a.xml", "<order/>");
  const SystemClock clock;
  SftpReceiver adapter(options_, submitter_, clock);
  ASSERT_TRUE(adapter.start());
  submitter_.wait_for(1);
  adapter.stop_accepting();
  adapter.stop(std::chrono::steady_clock::now() + seconds(10));
  adapter.stop(std::chrono::steady_clock::now());
  EXPECT_EQ(submitter_.stored.size(), 1U);
}

}  // namespace
}  // namespace sealgate::adapters::sftp::tests
