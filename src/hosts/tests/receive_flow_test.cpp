// What becomes of a message on its way in: published, refused, suspended, routed as a failed message.

#include "hosts/receive_flow.h"

#include <gtest/gtest.h>

#include "hosts/tests/recording_box.h"
#include "hosts/tests/recording_log.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using adapters::SubmitKind;

class ReceiveFlow : public ::testing::Test {
 protected:
  ReceiveFlow() {
    port_.name = "Orders";
    location_.name = "Orders by HTTP";
    location_.host = "Default";
    location_.transport = artifacts::HttpReceiveSettings{.path = "/orders"};
  }

  void subscribe(const std::string& port, const std::string& filter,
                 std::optional<artifacts::ServiceWindow> window = {}) {
    artifacts::SendPort subscriber;
    subscriber.name = port;
    subscriber.host = "Default";
    subscriber.filter = *messaging::parse_filter(filter);
    subscriber.service_window = window;
    send_ports_.push_back(subscriber);
  }

  std::shared_ptr<const Configuration> configuration() {
    artifacts::Snapshot snapshot;
    artifacts::Host host;
    host.name = "Default";
    snapshot.set.put(host);
    auto port = port_;
    port.locations = {location_};
    snapshot.set.put(port);
    for (const auto& subscriber : send_ports_) snapshot.set.put(subscriber);
    return make_configuration(
        std::move(snapshot), std::make_shared<pipeline::CertificateView>(),
        [](const artifacts::SendTransport&, const Sender&) { return nullptr; }, &log_);
  }

  Result<adapters::SubmitOutcome> run() {
    Inbound inbound;
    inbound.location = "Orders by HTTP";
    inbound.raw.name = "body";
    inbound.raw.body = std::make_shared<testing::MemoryBody>("<order/>");
    inbound.receive_key = "key";
    inbound.context.promote(names::kInboundTransportLocation, std::string("/orders"));
    inbound.context.promote(names::kHttpRemoteAddress, std::string("10.0.0.1"));
    return receive(*configuration(), box_, std::move(inbound), now_);
  }

  /// Nobody known sends it, and the port wants somebody known.
  void demand_party(artifacts::Authentication authentication) { port_.authentication = authentication; }

  const Time now_ = *parse_rfc3339("2026-06-01T12:00:00Z");
  artifacts::ReceivePort port_;
  artifacts::ReceiveLocation location_;
  std::vector<artifacts::SendPort> send_ports_;
  testing::RecordingBox box_;
  testing::RecordingLog log_;
};

TEST_F(ReceiveFlow, PublishesToItsSubscribersWithWhatIsKnownOfIt) {
  subscribe("Out", "BTS.ReceivePortName == \"Orders\"");
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, SubmitKind::Accepted);
  ASSERT_EQ(box_.published.size(), 1U);
  EXPECT_EQ(box_.published[0].receive_key, "key");
  const auto& publication = box_.published[0].publications.at(0);
  EXPECT_EQ(publication.deliveries.at(0).port, "Out");
  const messaging::TrackingDetails expected{{"location", "Orders by HTTP"},
                                            {"address", "/orders"},
                                            {"remote_address", "10.0.0.1"},
                                            {"bytes", "8"},
                                            {"sha256", std::string(64, '0')}};
  EXPECT_EQ(publication.tracking, expected);
  EXPECT_TRUE(publication.message.context.has(names::kInterchangeId));
}

TEST_F(ReceiveFlow, BodiesAreKeptWhereThePortSaysBeforeTheCommit) {
  subscribe("Out", "BTS.ReceivePortName exists");
  port_.tracking.before_receive_pipeline = port_.tracking.after_receive_pipeline = true;
  log_.on_keep = [this] { EXPECT_TRUE(box_.published.empty()); };
  ASSERT_TRUE(run());
  const std::vector<std::string> kept{"<order/>", "<order/>"};
  EXPECT_EQ(log_.kept, kept);
  const auto& tracking = box_.published.at(0).publications.at(0).tracking;
  const std::string digest(64, '0');
  EXPECT_EQ(tracking[5], (std::pair<std::string, std::string>{"body.before-receive-pipeline", digest}));
  EXPECT_EQ(tracking.back(), (std::pair<std::string, std::string>{"body.after-receive-pipeline", digest}));
}

TEST_F(ReceiveFlow, WhatCannotBeKeptIsNotAccepted) {
  port_.tracking.before_receive_pipeline = true;
  log_.fails = true;
  const auto outcome = run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code.error_class, ErrorClass::Environment);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(ReceiveFlow, WhatComesOutsideOfAPortsWindowIsForLater) {
  subscribe("Night", "BTS.ReceivePortName exists",
            artifacts::ServiceWindow{.start_minute = 22 * 60, .stop_minute = 23 * 60});
  subscribe("Always", "BTS.ReceivePortName exists");
  ASSERT_TRUE(run());
  const auto& deliveries = box_.published.at(0).publications.at(0).deliveries;
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_FALSE(deliveries[0].not_before);
  EXPECT_EQ(deliveries[1].not_before, parse_rfc3339("2026-06-01T22:00:00Z").value());
}

TEST_F(ReceiveFlow, WithoutASubscriberItIsStoredWithTheReport) {
  subscribe("Out", "BTS.ReceivePortName == \"Invoices\"");
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, SubmitKind::Suspended);
  const auto& publication = box_.published.at(0).publications.at(0);
  EXPECT_TRUE(publication.deliveries.empty());
  EXPECT_NE(publication.routing_report.find("Out"), std::string::npos);
}

TEST_F(ReceiveFlow, AnUnroutableMessageIsRoutedAsAFailedOneIfSomebodyWantsThose) {
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType == \"FailedMessage\"");
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, SubmitKind::Accepted);
  ASSERT_EQ(box_.published.size(), 1U);
  ASSERT_EQ(box_.published[0].publications.size(), 1U);
  const auto& publication = box_.published[0].publications[0];
  EXPECT_EQ(publication.deliveries.at(0).port, "Errors");
  const auto& context = publication.message.context;
  EXPECT_EQ(context.text(names::kErrorFailureCode), messaging::kNoSubscriber.id);
  EXPECT_EQ(context.text(names::kErrorReceivePortName), "Orders");
  EXPECT_EQ(context.text(names::kErrorInboundTransportLocation), "/orders");
  EXPECT_TRUE(context.has(names::kErrorRoutingFailureReportId));
  EXPECT_FALSE(context.has(names::kErrorSendPortName));
  EXPECT_FALSE(context.find(names::kReceivePortName)->promoted);
}

TEST_F(ReceiveFlow, AFailedPipelineIsSuspendedRaw) {
  demand_party(artifacts::Authentication::Keep);
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, SubmitKind::AuthenticationFailed);
  ASSERT_EQ(box_.suspended_received.size(), 1U);
  const auto& request = box_.suspended_received[0];
  EXPECT_EQ(request.failure.code, pipeline::kUnknownParty.id);
  EXPECT_TRUE(request.failure.resumable);
  EXPECT_EQ(request.receive_key, "key");
  EXPECT_EQ(testing::text_of(request.raw), "<order/>");
}

TEST_F(ReceiveFlow, AFailedPipelineIsRoutedInItsRawFormUnderTheSameKey) {
  demand_party(artifacts::Authentication::Keep);
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.FailureCode == \"pipeline.unknown-party\"");
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, SubmitKind::AuthenticationFailed);
  EXPECT_TRUE(box_.suspended_received.empty());
  ASSERT_EQ(box_.published.size(), 1U);
  EXPECT_EQ(box_.published[0].receive_key, "key");
  EXPECT_EQ(testing::text_of(box_.published[0].publications.at(0).message.parts.at(0)), "<order/>");
}

TEST_F(ReceiveFlow, DroppedIsDroppedWhateverIsRouted) {
  demand_party(artifacts::Authentication::Drop);
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType exists");
  ASSERT_TRUE(run());
  EXPECT_TRUE(box_.published.empty());
  EXPECT_TRUE(box_.suspended_received.empty());
}

TEST_F(ReceiveFlow, ASuspensionIsToldInANegativeAcknowledgement) {
  demand_party(artifacts::Authentication::Keep);
  subscribe("Nacks", "BTS.AckType == \"NACK\" and BTS.AckReceivePortName == \"Orders\"");
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspended_received.size(), 1U);
  ASSERT_EQ(box_.published.size(), 1U);
  EXPECT_FALSE(box_.published[0].settles);
  EXPECT_NE(testing::text_of(box_.published[0].publications.at(0).message.parts.at(0)).find("<faultactor>/orders<"),
            std::string::npos);
}

TEST_F(ReceiveFlow, ATwoWayRequestThatFailsIsNotToBeResumed) {
  port_.two_way = true;
  demand_party(artifacts::Authentication::Keep);
  ASSERT_TRUE(run());
  EXPECT_FALSE(box_.suspended_received.at(0).failure.resumable);
  // Nobody who could answer: the same.
  demand_party(artifacts::Authentication::None);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspended_received.at(1).failure.code, messaging::kNoSubscriber.id);
  EXPECT_FALSE(box_.suspended_received.at(1).failure.resumable);
}

TEST_F(ReceiveFlow, AContextThatBreaksALimitIsSuspendedAndTroubleOfTheBoxIsTheSendersToRepeat) {
  subscribe("Out", "BTS.ReceivePortName exists");
  box_.publish_error = Error{messaging::kTooManyProperties, "too many", {}, {}};
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspended_received.size(), 1U);
  box_.publish_error = Error{store::kDiskFull, "no space", {}, {}};
  EXPECT_EQ(run().error().code, store::kDiskFull);
  EXPECT_EQ(box_.suspended_received.size(), 1U);
}

TEST_F(ReceiveFlow, AResumedMessageIsPublishedInTheCommitThatCompletesIt) {
  subscribe("Out", "BTS.ReceivePortName exists");
  box_.message.context.promote(names::kReceivePortName, std::string("Orders"));
  box_.message.context.write(names::kReceiveLocationName, std::string("Orders by HTTP"));
  box_.message.parts.emplace_back();
  box_.message.parts[0].body = std::make_shared<testing::MemoryBody>("<order/>");
  messaging::WorkItem item;
  item.claim.work = messaging::WorkId("work");
  ASSERT_TRUE(receive_again(*configuration(), box_, item, now_));
  ASSERT_EQ(box_.published.size(), 1U);
  EXPECT_EQ(box_.published[0].settles->claim.work.text(), "work");
  // What cannot be published is a person's again, not tried for ever.
  box_.publish_error = Error{messaging::kTooManyProperties, "too many", {}, {}};
  ASSERT_TRUE(receive_again(*configuration(), box_, item, now_));
  EXPECT_EQ(box_.suspensions.size(), 1U);
}

}  // namespace
}  // namespace sealgate::hosts
