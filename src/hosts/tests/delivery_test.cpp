// Delivery by the running gateway to a partner that does as the test says: two-way ports, order, backup, windows,
// circuit breakers, failed messages, acknowledgements.

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "hosts/tests/gateway_fixture.h"
#include "net/tests/support.h"

namespace sealgate::hosts {
namespace {

using messaging::WorkKind;
using messaging::WorkState;
using net::HttpResponse;

class DeliveryTest : public GatewayFixture {
 protected:
  DeliveryTest() {
    partner_.on_finish = [this](const net::HttpRequest&, const std::string& body) {
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(body);
        seen_.notify_all();
      }
      return answer_(body);
    };
  }
  /// Before the partner and what its answers use.
  ~DeliveryTest() override { gateway_.reset(); }

  static std::string in_port(const std::string& more, const std::string& location = {}) {
    return "kind: Host\nname: Main\n---\nkind: ReceivePort\nname: Orders\n" + more +
           "locations:\n- name: By HTTP\n  host: Main\n  adapter: HTTP\n  settings: {path: /in}\n" + location +
           "---\n";
  }
  std::string to_partner(const std::string& more, const std::string& name = "Partner") const {
    return "kind: SendPort\nname: " + name + "\nhost: Main\nadapter: HTTP\nsettings: {url: '" + server_.url("/p") +
           "'}\nfilter: BTS.ReceivePortName == \"Orders\"\n" + more + "---\n";
  }
  std::string to_folder(const std::string& filter, const std::string& more = {},
                        const std::string& name = "Folder") const {
    return "kind: SendPort\nname: " + name +
           "\nhost: Main\nadapter: FILE\nsettings: {folder: " + (root_ / "out").string() +
           ", file_name: '%MessageID%." + name + "'}\nfilter: " + filter + "\n" + more + "---\n";
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<std::string> wait_for_asked(std::size_t count) {
    std::unique_lock lock(mutex_);
    seen_.wait_for(lock, kPatience, [&] { return asked_.size() >= count; });
    return asked_;
  }

  std::atomic<int> failures_{0};
  std::atomic<int> at_once_{0};
  std::atomic<int> most_{0};
  net::tests::Gate gate_;
  std::mutex mutex_;
  std::condition_variable seen_;
  std::vector<std::string> asked_;
  std::function<HttpResponse(const std::string& body)> answer_ = [](const std::string&) {
    return HttpResponse::plain(200, "ok");
  };
  net::tests::TestHandler partner_;
  net::tests::RunningServer server_{partner_};
};

const std::string kTwoWay = "two_way: true\n";

// ----------------------------------------------------------------------------------------------------- two ways

TEST_F(DeliveryTest, TheAnswerOfThePartnerIsTheAnswerToTheCaller) {
  answer_ = [](const std::string& body) {
    HttpResponse response = HttpResponse::plain(200, "answer to " + body);
    response.headers = {};
    response.headers.add("Content-Type", "text/odd; charset=utf-8");
    return response;
  };
  apply(in_port(kTwoWay) + to_partner(kTwoWay));
  start();
  for (int i = 0; i < 5; ++i) {
    const auto response = ask("/in", "<q" + std::to_string(i) + "/>");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "answer to <q" + std::to_string(i) + "/>\n");
    EXPECT_EQ(*response.headers.find("Content-Type"), "text/odd; charset=utf-8");
    EXPECT_TRUE(response.headers.contains("Sealgate-Message-Id"));
  }
  EXPECT_TRUE(work(WorkState::Suspended).empty());
  EXPECT_EQ(wait_for_work(WorkState::Completed, 10).size(), 10U);
}

TEST_F(DeliveryTest, ManyCallersEachGetTheirOwnAnswer) {
  answer_ = [](const std::string& body) { return HttpResponse::plain(200, "to " + body); };
  apply(in_port(kTwoWay) + to_partner(kTwoWay));
  start();
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 5; ++i) {
        const std::string body = std::to_string(caller) + "-" + std::to_string(i);
        if (ask("/in", body).body == "to " + body + "\n") ++right;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(right, 40);
}

TEST_F(DeliveryTest, AnAnswerOfManyMegabytesGoesThrough) {
  answer_ = [](const std::string&) {
    HttpResponse response;
    response.headers.add("Content-Type", "application/octet-stream");
    response.body = std::string(std::size_t{5} << 20U, 'x');
    return response;
  };
  apply(in_port(kTwoWay) + to_partner(kTwoWay));
  start();
  const auto response = ask("/in", "<q/>");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, std::string(std::size_t{5} << 20U, 'x'));
}

TEST_F(DeliveryTest, ACallerHearsThatThereWillBeNoAnswer) {
  answer_ = [](const std::string&) { return HttpResponse::plain(503, "no"); };
  apply(in_port(kTwoWay) + to_partner(kTwoWay + "retry_count: 0\n"));
  start();
  EXPECT_EQ(post("/in", "<q/>"), 500);
  const auto suspended = work(WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].port, "Partner");
  EXPECT_EQ(suspended[0].failure->code, "adapter.http.refused");
}

TEST_F(DeliveryTest, ARequestThatNobodyTakesFailsAtOnce) {
  apply(in_port(kTwoWay) + to_folder("BTS.ReceivePortName == \"Invoices\""));
  start();
  EXPECT_EQ(post("/in", "<q/>"), 500) << "who waits must learn that nothing comes";
  const auto suspended = work(WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_FALSE(suspended[0].failure->resumable);
}

TEST_F(DeliveryTest, AnAnswerThatComesTooLateIsSuspendedForGood) {
  answer_ = [this](const std::string&) {
    gate_.wait();
    return HttpResponse::plain(200, "late");
  };
  apply(in_port(kTwoWay, "  response_timeout: 1s\n") + to_partner(kTwoWay));
  start();
  EXPECT_EQ(post("/in", "<q/>"), 504);
  gate_.open();
  const auto suspended = wait_for_work(WorkState::Suspended, 1);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].kind, WorkKind::Respond);
  EXPECT_EQ(suspended[0].port, "Orders");
  EXPECT_EQ(suspended[0].failure->code, "hosts.caller-gone");
  EXPECT_FALSE(suspended[0].failure->resumable);
}

TEST_F(DeliveryTest, ARestartForgetsTheCallersAndKeepsTheAnswer) {
  answer_ = [this](const std::string&) {
    gate_.wait();
    return HttpResponse::plain(503, "not yet");
  };
  apply(in_port(kTwoWay) + to_partner(kTwoWay + "retry_count: 5\nretry_interval: 100ms\n"));
  start();
  int status = 0;
  std::thread caller([&] { status = post("/in", "<q/>"); });
  wait_for_asked(1);
  gate_.open();
  gateway_->stop(std::chrono::seconds(10));
  caller.join();
  EXPECT_EQ(status, 503);
  gateway_.reset();
  answer_ = [](const std::string&) { return HttpResponse::plain(200, "now"); };
  start();
  const auto suspended = wait_for_work(WorkState::Suspended, 1);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].failure->code, "hosts.caller-gone");
}

TEST_F(DeliveryTest, AnswersOfASolicitResponsePortArePublished) {
  answer_ = [](const std::string& body) { return HttpResponse::plain(200, "answer to " + body); };
  apply(in_port("") + to_partner(kTwoWay) + to_folder("BTS.SPName == \"Partner\" and BTS.RequestMessageID exists"));
  start();
  EXPECT_EQ(post("/in", "<q/>"), 202);
  EXPECT_EQ(wait_for_outputs(1), std::vector<std::string>{"answer to <q/>\n"});
}

TEST_F(DeliveryTest, AnAnswerThatItsPipelineRefusesIsSuspendedForGoodAndTheRequestIsNotSentAgain) {
  apply(in_port(kTwoWay) + to_partner(kTwoWay + "response_pipeline: {pipeline: SMIMEReceive, decoder: "
                                                "{require_signature: true}}\n"));
  start();
  EXPECT_EQ(post("/in", "<q/>"), 500);
  const auto suspended = wait_for_work(WorkState::Suspended, 1);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].kind, WorkKind::Receive);
  EXPECT_FALSE(suspended[0].failure->resumable);
  EXPECT_EQ(asked().size(), 1U);
}

// ------------------------------------------------------------------------------------------------------- order

TEST_F(DeliveryTest, OrderIsKeptWhileTheFirstMessageIsTriedAgainAndAgain) {
  failures_ = 4;
  answer_ = [this](const std::string&) {
    most_ = std::max(most_.load(), ++at_once_);
    const bool fails = failures_-- > 0;
    --at_once_;
    return fails ? HttpResponse::plain(503, "no") : HttpResponse::plain(200, "ok");
  };
  apply(in_port("") + to_partner("ordered_delivery: {on_failure: stop}\nretry_count: 10\nretry_interval: 50ms\n"));
  start();
  std::vector<std::string> sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back("<m" + std::to_string(i) + "/>");
    ASSERT_EQ(post("/in", sent.back()), 202);
  }
  auto got = wait_for_asked(24);
  ASSERT_EQ(got.size(), 24U);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], "<m0/>");
  EXPECT_EQ(std::vector<std::string>(got.begin() + 4, got.end()), sent);
  EXPECT_EQ(most_, 1);
}

TEST_F(DeliveryTest, TheFailedHeadHoldsTheRestOrLetsItGoOn) {
  answer_ = [](const std::string& body) {
    return body == "<bad/>" ? HttpResponse::plain(503, "no") : HttpResponse::plain(200, "ok");
  };
  apply(in_port("") +
        to_partner("ordered_delivery: {on_failure: stop}\nretry_count: 0\nretry_interval: 1s\n", "Stops") +
        to_partner("ordered_delivery: {on_failure: continue}\nretry_count: 0\nretry_interval: 1s\n", "Goes on"));
  start();
  ASSERT_EQ(post("/in", "<bad/>"), 202);
  ASSERT_EQ(post("/in", "<good/>"), 202);
  const auto suspended = wait_for_work(WorkState::Suspended, 2);
  ASSERT_EQ(suspended.size(), 2U);
  for (const auto& item : suspended) EXPECT_EQ(item.failure->resumable, item.port == "Stops") << item.port;
  ASSERT_EQ(wait_for_work(WorkState::Completed, 1).size(), 1U);
  EXPECT_EQ(work(WorkState::Completed)[0].port, "Goes on");
  EXPECT_EQ(work(WorkState::Ready).size(), 1U);
  // The way is free when a person gives the failed one up.
  change_box([&](messaging::MessageBox& box) {
    for (const auto& item : suspended) {
      if (item.port != "Stops") continue;
      ASSERT_TRUE(box.terminate(item.id, clock_.now()));
    }
  });
  EXPECT_EQ(wait_for_work(WorkState::Completed, 2).size(), 2U);
}

// ------------------------------------------------------------------------------- backup, windows, breakers, reports

TEST_F(DeliveryTest, WhatThePrimaryCannotDeliverTheBackupDoes) {
  answer_ = [](const std::string&) { return HttpResponse::plain(503, "no"); };
  apply(in_port("") + to_partner("retry_count: 1\nretry_interval: 50ms\nbackup: {adapter: FILE, settings: {folder: " +
                                 (root_ / "out").string() + "}}\n"));
  start();
  ASSERT_EQ(post("/in", "<m/>"), 202);
  EXPECT_EQ(wait_for_outputs(1), std::vector<std::string>{"<m/>"});
  EXPECT_EQ(asked().size(), 2U);
}

TEST_F(DeliveryTest, OutsideOfItsWindowAPortKeepsItsMessagesScheduled) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.now()).time_since_epoch().count() % 1440;
  const auto clock = [](std::int64_t of_day) {
    const std::int64_t m = (of_day + 1440) % 1440;
    return std::string(m / 60 < 10 ? "0" : "") + std::to_string(m / 60) + (m % 60 < 10 ? ":0" : ":") +
           std::to_string(m % 60);
  };
  apply(in_port("") + to_folder("BTS.ReceivePortName exists", "service_window: {start: '" + clock(minute + 120) +
                                                                  "', stop: '" + clock(minute + 180) + "'}\n"));
  start();
  ASSERT_EQ(post("/in", "<m/>"), 202);
  const auto scheduled = work(WorkState::Scheduled);
  ASSERT_EQ(scheduled.size(), 1U);
  ASSERT_TRUE(scheduled[0].due);
  EXPECT_GT(*scheduled[0].due, clock_.now() + std::chrono::minutes(100));
  EXPECT_EQ(scheduled[0].attempts, 0);
}

TEST_F(DeliveryTest, APausedDestinationCostsTheOthersNothing) {
  answer_ = [](const std::string&) { return HttpResponse::plain(503, "no"); };
  apply(in_port("") +
        to_partner("circuit_breaker: {failures: 2, pause: 1h}\nretry_count: 1000\nretry_interval: 10ms\n"
                   "maximum_concurrency: 1\n") +
        to_folder("BTS.ReceivePortName exists"));
  start();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(post("/in", "<m" + std::to_string(i) + "/>"), 202);
  EXPECT_EQ(wait_for_outputs(20).size(), 20U);
  EXPECT_EQ(wait_for_asked(2).size(), 2U);
}

TEST_F(DeliveryTest, FailedMessagesAndAcknowledgementsReachTheirSubscribers) {
  answer_ = [](const std::string& body) {
    return body == "<bad/>" ? HttpResponse::plain(503, "no") : HttpResponse::plain(200, "ok");
  };
  apply(in_port("") + to_partner("retry_count: 0\nroute_failed_messages: true\n") +
        to_folder("ErrorReport.SendPortName == \"Partner\" or BTS.AckType == \"ACK\" and BTS.AckSendPortName == "
                  "\"Partner\""));
  start();
  ASSERT_EQ(post("/in", "<bad/>"), 202);
  ASSERT_EQ(post("/in", "<good/>"), 202);
  const auto files = wait_for_outputs(2);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1], "<bad/>");
  EXPECT_NE(files[0].find("<AckSendPortName>Partner</AckSendPortName>"), std::string::npos);
  EXPECT_TRUE(work(WorkState::Suspended).empty());
}

constexpr std::string_view kRecovering = R"(kind: Schema
name: Item
message_type: Item
xsd: |
  <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:element name="Item" type="xs:integer"/>
  </xs:schema>
---
kind: Schema
name: Items
message_type: Items
envelope_body: /Items
---
kind: Pipeline
name: Recovering
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      validate_document: true
      recoverable_interchange: true
---
)";

TEST_F(DeliveryTest, TheBadPieceOfAnInterchangeIsKeptBesideTheGoodOnes) {
  apply(std::string(kRecovering) + in_port("", "  pipeline: Recovering\n") +
        to_folder("BTS.MessageType == \"Item\""));
  start();
  ASSERT_EQ(post("/in", "<Items><Item>1</Item><Item>two</Item><Item>3</Item></Items>"), 202);
  EXPECT_EQ(wait_for_outputs(2).size(), 2U);
  const auto suspended = work(WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].kind, WorkKind::Receive);
  EXPECT_TRUE(suspended[0].failure->resumable);
  // Resumed unmended, it is suspended again, and nothing else of the interchange comes twice.
  change_box([&](messaging::MessageBox& box) { ASSERT_TRUE(box.resume(suspended[0].id, false, clock_.now())); });
  EXPECT_EQ(wait_for_work(WorkState::Suspended, 1).size(), 1U);
  EXPECT_EQ(outputs().size(), 2U);
  // All of it bad: nothing goes on, and it is said.
  ASSERT_EQ(post("/in", "<Items><Item>four</Item></Items>"), 202);
  EXPECT_EQ(wait_for_work(WorkState::Suspended, 2).size(), 2U);
}

TEST_F(DeliveryTest, ABadPieceIsRoutedAsAFailedMessageOfItsOwn) {
  apply(std::string(kRecovering) + in_port("route_failed_messages: true\n", "  pipeline: Recovering\n") +
        to_folder("BTS.MessageType == \"Item\" or ErrorReport.ErrorType exists"));
  start();
  ASSERT_EQ(post("/in", "<Items><Item>1</Item><Item>two</Item></Items>"), 202);
  EXPECT_EQ(wait_for_outputs(2).size(), 2U);
  EXPECT_TRUE(work(WorkState::Suspended).empty());
}

TEST_F(DeliveryTest, ADocumentMaySayWhereADynamicPortSendsIt) {
  const std::string schema =
      "kind: Schema\nname: Letter\nmessage_type: Letter\npromoted:\n"
      "- {name: BTS.OutboundTransportLocation, xpath: /Letter/@to}\n"
      "- {name: BTS.MessageDestination, xpath: /Letter/@at, promote: false}\n---\n";
  const std::string port =
      "kind: SendPort\nname: Anywhere\nhost: Main\ndynamic: true\nfilter: BTS.MessageType == \"Letter\"\n---\n";
  apply(schema + in_port("", "  pipeline: XMLReceive\n") + port);
  start();
  const std::string by_file = "<Letter to=\"file://" + (root_ / "out").string() + "/letter.xml\"/>";
  const std::string by_http = "<Letter to=\"" + server_.url("/p") + "\"/>";
  ASSERT_EQ(post("/in", by_file), 202);
  ASSERT_EQ(post("/in", by_http), 202);
  EXPECT_EQ(wait_for_outputs(1), std::vector<std::string>{by_file});
  EXPECT_TRUE(std::filesystem::exists(root_ / "out" / "letter.xml"));
  EXPECT_EQ(wait_for_asked(1), std::vector<std::string>{by_http});
  ASSERT_EQ(post("/in", "<Letter/>"), 202);
  const auto suspended = wait_for_work(WorkState::Suspended, 1);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].failure->code, "hosts.no-address");
  ASSERT_EQ(post("/in", "<Letter at=\"SuspendQueue\"/>"), 202);
  EXPECT_EQ(wait_for_work(WorkState::Suspended, 2).back().failure->code, "hosts.suspended-on-demand");
}

TEST_F(DeliveryTest, GroupsDeliverToTheirMembersOnceAndWaitForTheirStart) {
  const std::string ports = in_port("") + to_folder("BTS.ReceivePortName == \"Orders\"", "", "A") +
                            to_folder("BTS.ReceivePortName == \"nobody\"", "", "B");
  const auto group = [](const std::string& state) {
    return "kind: SendPortGroup\nname: All\nstate: " + state +
           "\nsend_ports: [A, B]\nfilter: BTS.ReceivePortName exists\n";
  };
  apply(ports + group("stopped"));
  start();
  ASSERT_EQ(post("/in", "<m/>"), 202);
  EXPECT_EQ(wait_for_outputs(1).size(), 1U);
  const auto suspended = work(WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].port, "B");
  EXPECT_EQ(suspended[0].failure->code, "messaging.group-stopped");
  apply(group("started"));
  ASSERT_TRUE(gateway_->refresh());
  EXPECT_EQ(wait_for_outputs(2).size(), 2U);
}

TEST_F(DeliveryTest, AClosedLocationTakesNothing) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.now()).time_since_epoch().count() % 1440;
  const std::int64_t hour = (minute / 60 + 2) % 24;
  const std::string start_text = (hour < 10 ? "0" : "") + std::to_string(hour);
  apply(in_port("", "  service_window: {start: '" + start_text + ":00', stop: '" + start_text + ":30'}\n") +
        to_folder("BTS.ReceivePortName exists"));
  start();
  EXPECT_EQ(post("/in", "<m/>"), 503);
}

}  // namespace
}  // namespace sealgate::hosts
