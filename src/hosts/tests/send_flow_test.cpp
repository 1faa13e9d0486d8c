// What becomes of a delivery when the box is in trouble or the gateway stops.

#include "hosts/send_flow.h"

#include <gtest/gtest.h>

#include "hosts/errors.h"
#include "hosts/outbound.h"
#include "messaging/tests/refusing_message_box.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

class CountingAdapter final : public adapters::SendAdapter {
 public:
  int sent = 0;
  adapters::SendOutcome send(adapters::OutboundMessage&) override {
    ++sent;
    return adapters::SendOutcome::delivered();
  }
  void cancel() override {}
};

class Body final : public messaging::Body {
 public:
  std::function<void()> while_read = [] {};
  std::uint64_t size() const override { return 2; }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    SG_TRY(sink.write(as_bytes("a")));
    while_read();
    return sink.write(as_bytes("b"));
  }

 private:
  Bytes sha256_ = Bytes(32, 0);
};

class Box final : public messaging::testing::RefusingMessageBox {
 public:
  std::shared_ptr<Body> body = std::make_shared<Body>();
  Error complete_error{store::kDiskFull, "no space", {}, {}};
  int failures = 0;  ///< of complete(), before it succeeds
  std::function<void()> on_complete = [] {};
  int completes = 0;
  int releases = 0;

  Result<messaging::Message> load(const messaging::MessageId& id) override {
    messaging::Message message;
    message.id = id;
    message.parts.emplace_back();
    message.parts[0].body = body;
    return message;
  }
  Result<> complete(const messaging::Claim&, Time, const messaging::TrackingDetails&) override {
    on_complete();
    if (++completes <= failures) return fail(complete_error);
    return {};
  }
  Result<> release(const messaging::Claim&, Time) override {
    ++releases;
    return {};
  }
};

class SendFlow : public ::testing::Test {
 protected:
  SendFlow() {
    artifacts::Host host;
    host.name = "Default";
    configuration_.artifacts.set.put(host);
    artifacts::SendPort port;
    port.name = "Out";
    port.host = "Default";
    port.state = artifacts::SendPortState::Started;
    configuration_.artifacts.set.put(port);
    configuration_.certificates = std::make_shared<pipeline::CertificateView>();
    configuration_.send_adapters["Out"].primary = adapter_;
    item_.port = "Out";
  }
  Result<> run() {
    return send(
        SendEnvironment{configuration_, box_, clock_, std::filesystem::temp_directory_path(), cut_, breakers_},
        item_);
  }

  std::shared_ptr<CountingAdapter> adapter_ = std::make_shared<CountingAdapter>();
  Configuration configuration_;
  Box box_;
  SystemClock clock_;
  messaging::WorkItem item_;
  Cut cut_;
  CircuitBreakers breakers_;
};

TEST_F(SendFlow, ADeliveryIsRecordedAsSoonAsTheBoxCanAndSentOnce) {
  box_.failures = 3;
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 1);
  EXPECT_EQ(box_.completes, 4);
}

TEST_F(SendFlow, AStopEndsTheWaitForTheBox) {
  box_.failures = 1000;
  box_.on_complete = [this] {
    if (box_.completes == 2) cut_.set();
  };
  EXPECT_EQ(run().error().code, store::kDiskFull);
  EXPECT_EQ(box_.completes, 3);
}

TEST_F(SendFlow, WhatAnotherHasTakenIsNotRecordedAgainAndAgain) {
  box_.complete_error = Error{messaging::kLeaseLost, "gone", {}, {}};
  box_.failures = 1000;
  EXPECT_EQ(run().error().code, messaging::kLeaseLost);
  EXPECT_EQ(box_.completes, 1);
}

TEST_F(SendFlow, AStopCutsOffAnEncoderAndCountsNoAttempt) {
  box_.body->while_read = [this] { cut_.set(); };
  ASSERT_TRUE(run());
  EXPECT_EQ(adapter_->sent, 0);
  EXPECT_EQ(box_.releases, 1);
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

}  // namespace
}  // namespace sealgate::hosts
