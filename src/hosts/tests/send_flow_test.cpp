// What becomes of a delivery: every outcome of an attempt, the states of ports, windows, breakers, what is published
// about it, and when the box is in trouble or the gateway stops.

#include "hosts/send_flow.h"

#include <gtest/gtest.h>

#include "hosts/errors.h"
#include "hosts/outbound.h"
#include "hosts/tests/recording_box.h"
#include "hosts/tests/recording_log.h"
#include "messaging/property_names.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using artifacts::SendPortState;
using std::chrono::minutes;
using testing::MemoryBody;

constexpr const char* kSha256OfAb = "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603";

const Error kRefusedByPartner{ErrorCode{"test.refused", ErrorClass::Transport}, "the partner said no", "there",
                              "ask"};
const Error kWrongSettings{ErrorCode{"test.wrong", ErrorClass::Usage}, "the settings are wrong", "here", "mend them"};

class ScriptedAdapter final : public adapters::SendAdapter {
 public:
  int sent = 0;
  adapters::SendOutcome outcome = adapters::SendOutcome::delivered();
  adapters::SendOutcome send(adapters::OutboundMessage&) override {
    ++sent;
    return outcome;
  }
  void cancel() override {}
};

class SendFlow : public ::testing::Test {
 protected:
  SendFlow() {
    port_.name = "Out";
    port_.host = "Default";
    port_.state = SendPortState::Started;
    port_.transport = artifacts::HttpSendSettings{.url = "http://partner/"};
    item_.port = "Out";
    item_.message = messaging::MessageId("0190163d-8694-739b-aea5-966c26f8ad91");
    item_.claim.work = messaging::WorkId("0190163d-8694-739b-aea5-966c26f8ad92");
    box_.message.parts.emplace_back();
    box_.message.parts[0].body = body_;
    box_.message.context.promote(names::kReceivePortName, std::string("Orders"));
    box_.message.context.promote(names::kMessageType, std::string("urn:x#Order"));
  }

  void subscribe(const std::string& port, const std::string& filter) {
    artifacts::SendPort subscriber;
    subscriber.name = port;
    subscriber.host = "Default";
    subscriber.filter = *messaging::parse_filter(filter);
    others_.push_back(subscriber);
  }

  Result<> run() {
    artifacts::Snapshot snapshot;
    artifacts::Host host;
    host.name = "Default";
    if (has_host_) snapshot.set.put(host);
    if (has_port_) snapshot.set.put(port_);
    for (const auto& other : others_) snapshot.set.put(other);
    const auto configuration = make_configuration(
        std::move(snapshot), std::make_shared<pipeline::CertificateView>(),
        [this](const artifacts::SendTransport& transport, const Sender&) -> std::shared_ptr<adapters::SendAdapter> {
          return artifacts::address(transport) == "http://backup/" ? backup_ : adapter_;
        },
        &log_);
    return send(
        SendEnvironment{*configuration, box_, clock_, std::filesystem::temp_directory_path(), cut_, breakers_},
        item_);
  }

  std::shared_ptr<MemoryBody> body_ = std::make_shared<MemoryBody>("ab");
  std::shared_ptr<ScriptedAdapter> adapter_ = std::make_shared<ScriptedAdapter>();
  std::shared_ptr<ScriptedAdapter> backup_ = std::make_shared<ScriptedAdapter>();
  artifacts::SendPort port_;
  std::vector<artifacts::SendPort> others_;
  bool has_host_ = true;
  bool has_port_ = true;
  testing::RecordingBox box_;
  testing::RecordingLog log_;
  ManualClock clock_{*parse_rfc3339("2026-06-01T12:00:00Z")};
  messaging::WorkItem item_;
  Cut cut_;
  CircuitBreakers breakers_;
};

TEST_F(SendFlow, WhatWasSentIsCompletedWithWhatIsKnownOfIt) {
  adapter_->outcome = adapters::SendOutcome::delivered({{"HTTP.ResponseStatusCode", "202"}});
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.completes, 1);
  const messaging::TrackingDetails expected{{"transport", "HTTP"}, {"address", "http://partner/"}, {"attempt", "1"},
                                            {"bytes", "2"},        {"sha256", kSha256OfAb},        {"status", "202"}};
  EXPECT_EQ(box_.tracking, expected);
}

TEST_F(SendFlow, BodiesAreKeptBeforeAndAfterThePipelineBeforeAnythingLeaves) {
  port_.tracking.before_send_pipeline = port_.tracking.after_send_pipeline = true;
  log_.on_keep = [this] { EXPECT_EQ(adapter_->sent, 0); };
  ASSERT_TRUE(run());
  const std::vector<std::string> kept{"ab", "ab"};
  EXPECT_EQ(log_.kept, kept);
  EXPECT_EQ(box_.tracking[3],
            (std::pair<std::string, std::string>{"body.before-send-pipeline", std::string(64, '0')}));
  EXPECT_EQ(box_.tracking[6], (std::pair<std::string, std::string>{"body.after-send-pipeline", kSha256OfAb}));
}

TEST_F(SendFlow, WhatCannotBeKeptIsNotSent) {
  port_.tracking.after_send_pipeline = true;
  log_.fails = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 0);
  EXPECT_EQ(box_.retries.size(), 1U);
}

TEST_F(SendFlow, ADeliveryIsRecordedAsSoonAsTheBoxCanAndSentOnce) {
  box_.on_complete = [this]() -> Result<> {
    if (box_.completes <= 3) return fail(store::kDiskFull, "no space");
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
  EXPECT_EQ(box_.completes, 4);
}

TEST_F(SendFlow, AStopEndsTheWaitForTheBox) {
  box_.on_complete = [this]() -> Result<> {
    if (box_.completes == 2) cut_.set();
    return fail(store::kDiskFull, "no space");
  };
  EXPECT_EQ(run().error().code, store::kDiskFull);
  EXPECT_EQ(box_.completes, 2);
}

TEST_F(SendFlow, WhatAnotherHasTakenIsNotRecordedAgainAndAgain) {
  box_.on_complete = []() -> Result<> { return fail(messaging::kLeaseLost, "gone"); };
  EXPECT_EQ(run().error().code, messaging::kLeaseLost);
  EXPECT_EQ(box_.completes, 1);
}

TEST_F(SendFlow, AStopCutsOffAnEncoderAndCountsNoAttempt) {
  body_->while_read = [this] { cut_.set(); };
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 0);
  EXPECT_EQ(box_.releases, 1);
}

TEST_F(SendFlow, AStopThatCutsATransmissionCountsNoAttempt) {
  cut_.set();
  adapter_->outcome = adapters::SendOutcome::retry(kRefusedByPartner);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.releases, 1);
  EXPECT_TRUE(box_.retries.empty());
}

TEST_F(SendFlow, TheSinkPassesOnUntilItIsCut) {
  BufferSink out;
  CuttableSink sink(out, cut_);
  ASSERT_TRUE(sink.write(as_bytes("a")));
  cut_.set();
  EXPECT_EQ(sink.write(as_bytes("b")).error().code, kStopping);
  EXPECT_EQ(sink.finish().error().code, kStopping);
  EXPECT_EQ(as_text(out.bytes()), "a");
}

// ------------------------------------------------------------------------------------------ retries and backup

TEST_F(SendFlow, AFailedAttemptIsRepeatedAfterTheInterval) {
  adapter_->outcome = adapters::SendOutcome::retry(kRefusedByPartner, {{"HTTP.ResponseStatusCode", "503"}});
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.retries.size(), 1U);
  EXPECT_EQ(box_.retries[0].next, clock_.now() + minutes(5));
  EXPECT_EQ(box_.retries[0].transport, 0);
  EXPECT_EQ(box_.retries[0].failure.code, "test.refused");
  EXPECT_EQ(box_.retries[0].tracking.back(), (std::pair<std::string, std::string>{"status", "503"}));
}

TEST_F(SendFlow, AfterTheLastRetryTheBackupIsNextAndThenAPerson) {
  port_.backup.emplace();
  port_.backup->transport = artifacts::HttpSendSettings{.url = "http://backup/"};
  port_.backup->retry.count = 1;
  adapter_->outcome = adapters::SendOutcome::retry(kRefusedByPartner);
  backup_->outcome = adapters::SendOutcome::retry(kRefusedByPartner);
  item_.attempts = 3;
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.retries.size(), 1U);
  EXPECT_EQ(box_.retries[0].transport, 1);
  EXPECT_EQ(box_.retries[0].next, clock_.now());
  item_.transport = 1;
  item_.attempts = 0;
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.retries.size(), 2U);
  EXPECT_EQ(box_.retries[1].transport, 1);
  item_.attempts = 1;
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
  EXPECT_EQ(backup_->sent, 2);
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_TRUE(box_.suspensions[0].resumable);
}

TEST_F(SendFlow, APermanentFailureGoesStraightToTheBackup) {
  port_.backup.emplace();
  port_.backup->transport = artifacts::HttpSendSettings{.url = "http://backup/"};
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.retries.size(), 1U);
  EXPECT_EQ(box_.retries[0].transport, 1);
}

TEST_F(SendFlow, ABackupThatWasTakenAwayMeansThePrimary) {
  item_.transport = 1;
  item_.attempts = 2;
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
  EXPECT_EQ(box_.completes, 1);
}

TEST_F(SendFlow, OrderedDeliveryThatGoesOnSuspendsForGood) {
  port_.ordered_delivery = artifacts::OrderedFailure::Continue;
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_FALSE(box_.suspensions[0].resumable);
}

TEST_F(SendFlow, AMessageMaySayThatItIsNotToBeResumed) {
  box_.message.context.write(names::kSuspendAsNonResumable, true);
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_FALSE(box_.suspensions[0].resumable);
}

// ---------------------------------------------------------------------------------- states, windows, breakers

TEST_F(SendFlow, APortThatIsNotStartedKeepsItsMessagesUntilItIs) {
  for (const auto state : {SendPortState::Stopped, SendPortState::Bound}) {
    port_.state = state;
    ASSERT_TRUE(run());
    ASSERT_FALSE(box_.suspensions.empty());
    EXPECT_EQ(box_.suspensions.back().code, messaging::kPortStopped.id);
    EXPECT_TRUE(box_.suspensions.back().resumable);
  }
  EXPECT_EQ(adapter_->sent, 0);
  item_.forced = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
}

TEST_F(SendFlow, APortOrHostThatIsNoMoreSuspends) {
  has_host_ = false;
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.back().code, kNoSuchHost.id);
  has_port_ = false;
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.back().code, kNoSuchPort.id);
}

TEST_F(SendFlow, OutsideOfItsWindowAMessageIsScheduledAndNoAttemptCounted) {
  port_.service_window = artifacts::ServiceWindow{.start_minute = 18 * 60, .stop_minute = 20 * 60};
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.postponed, std::vector<Time>{*parse_rfc3339("2026-06-01T18:00:00Z")});
  clock_.set(*parse_rfc3339("2026-06-01T18:00:00Z"));
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
}

TEST_F(SendFlow, TheBackupHasAWindowOfItsOwn) {
  port_.service_window = artifacts::ServiceWindow{.start_minute = 18 * 60, .stop_minute = 20 * 60};
  port_.backup.emplace();
  port_.backup->transport = artifacts::HttpSendSettings{.url = "http://backup/"};
  item_.transport = 1;
  ASSERT_TRUE(run());
  EXPECT_EQ(backup_->sent, 1);
  port_.backup->service_window = artifacts::ServiceWindow{.start_minute = 13 * 60, .stop_minute = 14 * 60};
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.postponed, std::vector<Time>{*parse_rfc3339("2026-06-01T13:00:00Z")});
}

TEST_F(SendFlow, APausedDestinationGetsNothingAndCountsNothing) {
  port_.circuit_breaker = artifacts::CircuitBreaker{2, std::chrono::seconds(30)};
  adapter_->outcome = adapters::SendOutcome::retry(kRefusedByPartner);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 2);
  EXPECT_EQ(box_.retries.size(), 2U);
  ASSERT_EQ(box_.postponed.size(), 1U);
  EXPECT_GT(box_.postponed[0], clock_.now());
  EXPECT_LE(box_.postponed[0], clock_.now() + std::chrono::seconds(30));
}

TEST_F(SendFlow, WrongSettingsSayNothingAboutTheDestination) {
  port_.circuit_breaker = artifacts::CircuitBreaker{1, std::chrono::seconds(30)};
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 3);
}

// ------------------------------------------------------------------------------------------------ dynamic ports

TEST_F(SendFlow, ADynamicPortAsksTheMessage) {
  port_.dynamic = true;
  box_.message.context.write(names::kOutboundTransportLocation, std::string("http://elsewhere/"));
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.completes, 1);
  EXPECT_EQ(box_.tracking.at(1), (std::pair<std::string, std::string>{"address", "http://elsewhere/"}));
}

TEST_F(SendFlow, WithoutAnAddressADynamicPortSuspends) {
  port_.dynamic = true;
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_EQ(box_.suspensions[0].code, kNoAddress.id);
  box_.message.context.write(names::kOutboundTransportLocation, std::string("mailto:a@b"));
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.back().code, kBadAddress.id);
  EXPECT_EQ(adapter_->sent, 0);
}

// ------------------------------------------------------------------------------------- what is published about it

TEST_F(SendFlow, AFailedMessageGoesToWhoeverWantsItInsteadOfBeingSuspended) {
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType == \"FailedMessage\"");
  subscribe("By old promotion", "BTS.ReceivePortName == \"Orders\"");
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  EXPECT_TRUE(box_.suspensions.empty());
  ASSERT_EQ(box_.published.size(), 1U);
  const auto& request = box_.published[0];
  ASSERT_TRUE(request.settles);
  EXPECT_EQ(request.settles->claim.work, item_.claim.work);
  EXPECT_FALSE(request.settles->suspends);
  ASSERT_EQ(request.publications.size(), 1U);
  // What was promoted takes no part in routing any more.
  ASSERT_EQ(request.publications[0].deliveries.size(), 1U);
  EXPECT_EQ(request.publications[0].deliveries[0].port, "Errors");
  const auto& failed = request.publications[0].message;
  EXPECT_NE(failed.id, item_.message);
  EXPECT_EQ(testing::text_of(failed.parts.at(0)), "ab");
  EXPECT_EQ(failed.context.text(names::kReceivePortName), "Orders");
  EXPECT_FALSE(failed.context.find(names::kReceivePortName)->promoted);
  EXPECT_EQ(failed.context.text(names::kErrorFailureCode), "test.wrong");
  EXPECT_TRUE(failed.context.find(names::kErrorFailureCode)->promoted);
  EXPECT_EQ(failed.context.text(names::kErrorMessageType), "urn:x#Order");
  EXPECT_EQ(failed.context.text(names::kErrorSendPortName), "Out");
  EXPECT_EQ(failed.context.text(names::kErrorOutboundTransportLocation), "http://partner/");
  EXPECT_EQ(failed.context.text(names::kErrorFailureMessageId), item_.message.text());
  EXPECT_EQ(failed.context.text(names::kErrorFailureInstanceId), item_.claim.work.text());
  EXPECT_EQ(failed.context.text(names::kErrorFailureAdapter), "HTTP");
  EXPECT_EQ(failed.context.time(names::kErrorFailureTime), clock_.now());
  EXPECT_FALSE(failed.context.has(names::kErrorReceivePortName));
}

TEST_F(SendFlow, AFailedMessageThatNobodyWantsIsSuspended) {
  port_.route_failed_messages = true;
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.size(), 1U);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SendFlow, AFailedMessageThatFailsIsSuspendedAndDoesNotGoRound) {
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType exists");
  box_.message.context.promote(names::kErrorType, std::string(names::kFailedMessage));
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.size(), 1U);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SendFlow, OnlyTheLastFailureIsReported) {
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType exists");
  adapter_->outcome = adapters::SendOutcome::retry(kRefusedByPartner);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.retries.size(), 1U);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SendFlow, AReportThatBreaksALimitDoesNotKeepTheMessageFromBeingSuspended) {
  port_.route_failed_messages = true;
  subscribe("Errors", "ErrorReport.ErrorType exists");
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  box_.publish_error = Error{messaging::kTooManyProperties, "too many", {}, {}};
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.size(), 1U);
  box_.publish_error = Error{store::kDiskFull, "no space", {}, {}};
  EXPECT_EQ(run().error().code, store::kDiskFull);
  EXPECT_EQ(box_.suspensions.size(), 1U);
}

TEST_F(SendFlow, AnAcknowledgementIsPublishedInTheCommitThatCompletes) {
  subscribe("Acks", "BTS.AckType == \"ACK\" and BTS.AckSendPortName == \"Out\"");
  box_.message.context.promote(names::kCorrelationToken, std::string("token"));
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.completes, 0);
  ASSERT_EQ(box_.published.size(), 1U);
  ASSERT_TRUE(box_.published[0].settles);
  EXPECT_FALSE(box_.published[0].settles->suspends);
  const auto& ack = box_.published[0].publications.at(0).message;
  EXPECT_EQ(ack.context.text(names::kAckId), item_.message.text());
  EXPECT_EQ(ack.context.text(names::kAckOwnerId), item_.claim.work.text());
  EXPECT_EQ(ack.context.text(names::kAckReceivePortName), "Orders");
  EXPECT_EQ(ack.context.text(names::kCorrelationToken), "token");
  EXPECT_TRUE(ack.context.find(names::kCorrelationToken)->promoted);
  EXPECT_FALSE(ack.context.find(names::kReceivePortName)->promoted);
}

TEST_F(SendFlow, WithoutASubscriberAnAcknowledgementIsDropped) {
  port_.acknowledge = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.completes, 1);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SendFlow, AcknowledgementsAreNotAcknowledged) {
  subscribe("Acks", "BTS.AckType exists");
  box_.message.context.promote(names::kAckType, std::string(names::kAck));
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.completes, 1);
  adapter_->outcome = adapters::SendOutcome::permanent(kWrongSettings);
  ASSERT_TRUE(run());
  EXPECT_EQ(box_.suspensions.size(), 1U);
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SendFlow, ASuspensionIsToldInANegativeAcknowledgement) {
  subscribe("Nacks", "BTS.AckType == \"NACK\"");
  adapter_->outcome = adapters::SendOutcome::permanent(
      Error{ErrorCode{"test.odd", ErrorClass::Usage}, "it has <odd> & \x01 things", "there", {}},
      {{"HTTP.InboundHttpHeaders", "Server: x\r\n"}, {"HTTP.ResponseBody", "<no>"}});
  ASSERT_TRUE(run());
  ASSERT_EQ(box_.published.size(), 1U);
  ASSERT_TRUE(box_.published[0].settles && box_.published[0].settles->suspends);
  EXPECT_EQ(box_.published[0].settles->suspends->code, "test.odd");
  const auto& nack = box_.published[0].publications.at(0).message;
  EXPECT_EQ(nack.context.text(names::kAckFailureCode), "test.odd");
  const std::string body = testing::text_of(nack.parts.at(0));
  EXPECT_NE(body.find("<faultcode>Microsoft BizTalk Server Negative Acknowledgment</faultcode>"), std::string::npos);
  EXPECT_NE(body.find("<faultactor>http://partner/</faultactor>"), std::string::npos);
  EXPECT_NE(body.find("http://schema.microsoft.com/BizTalk/2003/NACKMessage.xsd"), std::string::npos);
  EXPECT_NE(body.find("it has &lt;odd&gt; &amp; ? things"), std::string::npos);
  EXPECT_NE(body.find("<HttpErrorDetail><Headers>Server: x"), std::string::npos);
  EXPECT_NE(body.find("<Body>&lt;no&gt;</Body>"), std::string::npos);
}

}  // namespace
}  // namespace sealgate::hosts
