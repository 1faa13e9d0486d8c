#pragma once
// A send port by AS2 with a partner behind it, and a clock that the test moves.

#include "hosts/as2_await.h"
#include "hosts/errors.h"
#include "hosts/send_flow.h"
#include "hosts/tests/as2_fixture.h"
#include "hosts/tests/as2_partner.h"

namespace sealgate::hosts::testing {

class As2SendFixture : public As2Fixture {
 protected:
  As2SendFixture() {
    adapter_ = partner_;
    artifacts::SendPort port;
    port.name = "To ACME";
    port.host = "Default";
    port.party = "ACME";
    port.state = artifacts::SendPortState::Started;
    port.pipeline.name = "AS2Send";
    port.transport = artifacts::HttpSendSettings{.url = "http://acme.example/as2"};
    port.retry.count = 1;
    port.retry.interval = std::chrono::minutes(1);
    send_ports_ = {port};
    agreement_.sending.send_ports = {"To ACME"};
    agreement_.sending.encryption_certificates = {{world().acme.certificate.thumbprint()}};
    agreement_.sending.receipt.timeout = std::chrono::hours(1);
    agreement_.sending.receipt.resends = 2;
    clock_now_.set(kNow);
  }

  artifacts::SendPort& port() { return send_ports_.front(); }

  /// A document for the port, as if it had been routed there.
  messaging::MessageId submit(std::string_view document = kDocument, const messaging::MessageContext& context = {}) {
    messaging::Publication publication;
    publication.message.context = context;
    publication.message.parts.push_back(part(document));
    messaging::Delivery delivery;
    delivery.port = "To ACME";
    publication.deliveries.push_back(delivery);
    messaging::PublishRequest request;
    request.publications.push_back(std::move(publication));
    auto published = box().publish(std::move(request), clock_now_.now());
    EXPECT_TRUE(published) << published.error().to_string();
    return published->messages.front();
  }
  messaging::Part part(std::string_view content) {
    auto writer = std::move(*box().create_body());
    EXPECT_TRUE(writer->write(as_bytes(content)));
    EXPECT_TRUE(writer->finish());
    messaging::Part made;
    made.name = "body";
    made.body = writer->take();
    return made;
  }

  /// Does all work that is due now, until nothing is.
  void run() {
    const auto configuration = this->configuration();
    for (;;) {
      messaging::ClaimRequest claim;
      claim.owner = "test";
      claim.now = clock_now_.now();
      const auto items = box().claim(claim);
      ASSERT_TRUE(items) << items.error().to_string();
      bool any = false;
      for (const auto& item : *items) {
        if (item.port != "To ACME") {
          ASSERT_TRUE(box().complete(item.claim, clock_now_.now()));
          any = true;
          continue;
        }
        any = true;
        const SendEnvironment environment{*configuration, box(), clock_now_, root_, cut_, breakers_};
        const auto done =
            item.kind == messaging::WorkKind::Await ? await_receipt(environment, item) : send(environment, item);
        ASSERT_TRUE(done) << done.error().to_string();
      }
      if (!any) return;
    }
  }
  void pass(std::chrono::milliseconds time) {
    clock_now_.set(clock_now_.now() + time);
    run();
  }

  /// The one message that waits for its receipt, or did.
  messaging::WorkSummary awaited() {
    const auto all = work(messaging::WorkKind::Await);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? messaging::WorkSummary{} : all.front();
  }
  std::string code() {
    const auto await = awaited();
    return await.failure ? await.failure->code : "";
  }
  /// Receipts that are kept.
  std::size_t receipts() {
    std::size_t count = 0;
    for (const auto& one : work(messaging::WorkKind::Receive)) {
      const auto message = box().load(one.message);
      const bool is_receipt = message && message->context.boolean(messaging::names::kAs2IsMdn).value_or(false);
      if (is_receipt && one.state == messaging::WorkState::Completed) ++count;
    }
    return count;
  }

  /// An asynchronous receipt comes to our location.
  adapters::SubmitOutcome post_receipt(const Transmission& sent, const ReceiptTwist& twist = {}) {
    const auto [headers, body] = As2Partner::receipt_for(sent, twist);
    return post({headers, body, {}}, clock_now_.now());
  }

  std::shared_ptr<As2Partner> partner_ = std::make_shared<As2Partner>();
  ManualClock clock_now_{kNow};
  Cut cut_;
  CircuitBreakers breakers_;
};

}  // namespace sealgate::hosts::testing
