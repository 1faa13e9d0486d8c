// The running gateway on a store of its own: files and HTTP in, files out, suspend and resume, change of
// configuration while it runs, stop and start.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "hosts/health.h"
#include "hosts/tests/gateway_fixture.h"

namespace sealgate::hosts {
namespace {

class GatewayTest : public GatewayFixture {
 protected:
  std::string configuration(const std::string& port_state = "started",
                            const std::string& filter_location = "Orders") {
    return "kind: Host\nname: Main\n---\n"
           "kind: ReceivePort\nname: Orders\nlocations:\n"
           "- name: Orders from folder\n  host: Main\n  adapter: FILE\n  settings:\n    folder: " +
           (root_ / "in").string() +
           "\n    mask: '*.xml'\n    polling_interval: 100ms\n  pipeline: PassThruReceive\n"
           "- name: Orders by HTTP\n  host: Main\n  adapter: HTTP\n  settings:\n    path: /orders\n"
           "    suspend_failed_requests: true\n  pipeline: PassThruReceive\n---\n"
           "kind: SendPort\nname: To folder\nhost: Main\nstate: " +
           port_state + "\nadapter: FILE\nsettings:\n  folder: " + (root_ / "out").string() +
           "\n  file_name: '%MessageID%.out'\npipeline: PassThruTransmit\nfilter: BTS.ReceivePortName == \"" +
           filter_location + "\"\n";
  }
};

TEST_F(GatewayTest, FilesAndPostsComeOutOfTheSubscribedPort) {
  apply(configuration());
  start();
  drop("a.xml", "<a/>");
  EXPECT_EQ(post("/orders", "<b/>"), 202);
  EXPECT_EQ(wait_for_outputs(2), (std::vector<std::string>{"<a/>", "<b/>"}));
  EXPECT_FALSE(std::filesystem::exists(root_ / "in" / "a.xml"));
  EXPECT_EQ(post("/nowhere", "<c/>"), 404);
  EXPECT_EQ(post("/orders", ""), 400);
}

/// A partner that takes 404 for an answer would give up a message because the gateway was just starting.
TEST_F(GatewayTest, BeforeTheLocationsAreKnownTheAnswerIsToTryAgain) {
  const Pulses pulses;
  Health health(
      pulses, [] { return std::string_view(); }, std::chrono::seconds(7));
  net::HttpRequest request;
  request.method = "POST";
  request.path = "/orders";
  for (const bool ready : {false, true, false}) {
    health.set_ready(ready);
    const auto begun = health.begin(request);
    const auto* answer = std::get_if<net::HttpResponse>(&begun);
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->status, ready ? 404 : 503);
    const std::string* after = answer->headers.find("Retry-After");
    ASSERT_EQ(after != nullptr, !ready);
    if (after != nullptr) {
      EXPECT_EQ(*after, "7");
    }
  }
}

TEST_F(GatewayTest, WhatNobodyWantsIsSuspendedAndFlowsAfterTheFilterWasMended) {
  apply(configuration("started", "Invoices"));
  start();
  EXPECT_EQ(post("/orders", "<lonely/>"), 202);
  auto suspended = work(messaging::WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].kind, messaging::WorkKind::Route);
  apply(configuration());
  ASSERT_TRUE(gateway_->refresh());
  change_box([&](messaging::MessageBox& box) { ASSERT_TRUE(box.resume(suspended[0].id, true, clock_.now())); });
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<lonely/>"}));
}

TEST_F(GatewayTest, ALocationThatSuspendsNothingLeavesTheMessageWithItsSender) {
  auto yaml = configuration("started", "Invoices");
  yaml.replace(yaml.find("suspend_failed_requests: true"), 29, "suspend_failed_requests: false");
  apply(yaml);
  start();
  EXPECT_EQ(post("/orders", "<lonely/>"), 500);
  EXPECT_TRUE(work(messaging::WorkState::Suspended).empty());
}

TEST_F(GatewayTest, AStoppedPortKeepsItsMessagesUntilItIsStarted) {
  apply(configuration("stopped"));
  start();
  EXPECT_EQ(post("/orders", "<waits/>"), 202);
  const auto suspended = work(messaging::WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].port, "To folder");
  EXPECT_TRUE(outputs().empty());
  // Started, it sends what waited for that by itself.
  apply(configuration("started"));
  ASSERT_TRUE(gateway_->refresh());
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<waits/>"}));
}

TEST_F(GatewayTest, ALocationThatIsTakenAwayStopsReceiving) {
  apply(configuration());
  start();
  EXPECT_EQ(post("/orders", "<a/>"), 202);
  auto yaml = configuration();
  yaml.replace(yaml.find("path: /orders"), 13, "path: /renamed");
  apply(yaml);
  ASSERT_TRUE(gateway_->refresh());
  EXPECT_EQ(post("/orders", "<b/>"), 404);
  EXPECT_EQ(post("/renamed", "<c/>"), 202);
  EXPECT_EQ(wait_for_outputs(2), (std::vector<std::string>{"<a/>", "<c/>"}));
}

TEST_F(GatewayTest, ManyMessagesAtOnceAllArriveOnce) {
  apply(configuration());
  start();
  std::vector<std::thread> senders;
  std::atomic<int> refused{0};
  for (int sender = 0; sender < 8; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 25; ++i) {
        if (post("/orders", "<m n='" + std::to_string(sender * 25 + i) + "'/>") != 202) ++refused;
      }
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(refused, 0);
  auto arrived = wait_for_outputs(200);
  EXPECT_EQ(arrived.size(), 200U);
  EXPECT_EQ(std::unique(arrived.begin(), arrived.end()), arrived.end());
}

TEST_F(GatewayTest, StopsAndStartsAgainWithItsWork) {
  apply(configuration());
  start();
  gateway_->stop(std::chrono::seconds(5));
  gateway_->stop(std::chrono::seconds(5));
  gateway_.reset();
  drop("late.xml", "<late/>");
  start();
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<late/>"}));
}

TEST_F(GatewayTest, OnlyOneProcessServesADataFolder) {
  apply(configuration());
  start();
  GatewayOptions options;
  options.data = root_ / "data";
  options.listen_port = 0;
  const auto second = Gateway::open(options, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.id, "store.already-serving");
}

}  // namespace
}  // namespace sealgate::hosts
