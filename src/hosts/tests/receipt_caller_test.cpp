// Receipts that are carried to their address: each answer of the partner, the hosts that may be called, the stop.

#include "hosts/receipt_caller.h"

#include <gtest/gtest.h>

#include "hosts/receipt_address.h"
#include "hosts/tests/recording_box.h"
#include "messaging/property_names.h"
#include "net/http_server.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using testing::MemoryBody;
using testing::RecordingBox;

constexpr const char* kStored =
    "AS2-From: gateway\r\nAS2-To: acme\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x--\r\n";

/// A partner that takes receipts, or answers otherwise.
class Partner final : public net::HttpHandler {
 public:
  Partner() {
    server_ = std::move(*net::HttpServer::create({}, *this));
    server_->start();
  }
  ~Partner() override { server_->stop(std::chrono::steady_clock::now()); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/receipts"; }

  net::HttpBegin begin(net::HttpRequest request) override {
    from = request.headers.find("AS2-From") == nullptr ? "" : *request.headers.find("AS2-From");
    return std::make_unique<Exchange>(*this);
  }

  std::atomic<int> status{200};
  std::string from;
  std::string body;

 private:
  class Exchange final : public net::HttpExchange {
   public:
    explicit Exchange(Partner& partner) : partner_(partner) {}
    std::optional<net::HttpResponse> write(ByteView block) override {
      text_ += as_text(block);
      return std::nullopt;
    }
    net::HttpResponse finish() override {
      partner_.body = text_;
      return net::HttpResponse::plain(partner_.status, "");
    }

   private:
    Partner& partner_;
    std::string text_;
  };

  std::unique_ptr<net::HttpServer> server_;
};

class ReceiptCaller : public ::testing::Test {
 protected:
  ReceiptCaller() {
    agreement_.name = "ACME and us";
    agreement_.receiving.receipt.delivery_hosts = {"127.0.0.1"};
    agreement_.receiving.receipt.retry.count = 1;
    item_.kind = messaging::WorkKind::Receipt;
    item_.port = "ACME and us";
    item_.message = messaging::MessageId("0190163d-8694-739b-aea5-966c26f8ad91");
    item_.claim.work = messaging::WorkId("0190163d-8694-739b-aea5-966c26f8ad92");
    box_.message.parts.emplace_back();
    box_.message.parts[0].body = std::make_shared<MemoryBody>(kStored);
    box_.message.context.write(names::kAs2MdnAsyncUri, partner_.url());
  }

  void call() {
    artifacts::Snapshot snapshot;
    if (has_agreement_) snapshot.set.put(agreement_);
    const auto configuration =
        make_configuration(std::move(snapshot), std::make_shared<pipeline::CertificateView>(),
                           [](const artifacts::SendTransport&, const Sender&) { return nullptr; });
    const SendEnvironment environment{*configuration, box_, clock_, {}, cut_, breakers_};
    const auto called = call_for_receipt(environment, client_, item_);
    EXPECT_TRUE(called) << called.error().to_string();
  }

  Partner partner_;
  net::HttpClient client_;
  artifacts::Agreement agreement_;
  bool has_agreement_ = true;
  RecordingBox box_;
  ManualClock clock_{*parse_rfc3339("2026-06-01T12:00:00Z")};
  messaging::WorkItem item_;
  Cut cut_;
  CircuitBreakers breakers_;
};

TEST_F(ReceiptCaller, CarriesTheStoredBytes) {
  call();
  EXPECT_EQ(box_.completes, 1);
  EXPECT_EQ(partner_.from, "gateway");
  EXPECT_EQ(partner_.body, "--x--\r\n");
}

TEST_F(ReceiptCaller, TriesAgainAsTheAgreementSaysAndThenWaitsForAPerson) {
  partner_.status = 503;
  call();
  ASSERT_EQ(box_.retries.size(), 1U);
  EXPECT_EQ(box_.retries[0].next, clock_.now() + agreement_.receiving.receipt.retry.interval);
  item_.attempts = 1;
  call();
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_EQ(box_.suspensions[0].code, "hosts.receipt-not-taken");
  EXPECT_TRUE(box_.suspensions[0].resumable);
}

TEST_F(ReceiptCaller, ARefusalAndARedirectAreNoReceiptTaken) {
  partner_.status = 404;
  call();
  EXPECT_EQ(box_.suspensions.size(), 1U);
  partner_.status = 302;
  call();
  EXPECT_EQ(box_.retries.size(), 1U);
  EXPECT_EQ(box_.completes, 0);
}

TEST_F(ReceiptCaller, AsksForTheHostOnceMore) {
  agreement_.receiving.receipt.delivery_hosts = {"acme.example"};
  call();
  ASSERT_EQ(box_.suspensions.size(), 1U);
  EXPECT_EQ(box_.suspensions[0].code, "hosts.receipt-address-refused");
  EXPECT_EQ(partner_.body, "");
  has_agreement_ = false;
  call();
  EXPECT_EQ(box_.suspensions.back().code, "hosts.no-such-agreement");
}

TEST_F(ReceiptCaller, AStopIsNobodysFailure) {
  client_.cancel();
  cut_.set();
  call();
  EXPECT_EQ(box_.releases, 1);
  EXPECT_TRUE(box_.retries.empty());
}

TEST_F(ReceiptCaller, NamesBelowAPatternLeadToPublicAddressesOnly) {
  artifacts::ArtifactSet set;
  agreement_.receiving.receipt.delivery_hosts = {"*.Acme.example", "plant.example"};
  const auto below = check_receipt_address(set, agreement_, "https://a.acme.example/x");
  ASSERT_TRUE(below);
  EXPECT_TRUE((*below)("8.8.8.8"));
  EXPECT_FALSE((*below)("10.0.0.1"));
  EXPECT_FALSE((*below)("169.254.169.254"));
  const auto named = check_receipt_address(set, agreement_, "https://PLANT.example:8443/x");
  ASSERT_TRUE(named);
  EXPECT_FALSE(*named) << "whoever listed it knows where it is";
  EXPECT_FALSE(check_receipt_address(set, agreement_, "https://acme.example/"));
  EXPECT_FALSE(check_receipt_address(set, agreement_, "https://a.acme.example.evil.test/"));
  EXPECT_FALSE(check_receipt_address(set, agreement_, "file:///etc/passwd"));
  EXPECT_FALSE(check_receipt_address(set, agreement_, "http://plant.example@evil.test/"));
}

TEST_F(ReceiptCaller, WithoutAListTheHostsOfTheSendPortsAreCalled) {
  artifacts::ArtifactSet set;
  artifacts::SendPort port;
  port.name = "To ACME";
  port.transport = artifacts::HttpSendSettings{.url = "https://as2.acme.example/in"};
  set.put(port);
  agreement_.receiving.receipt.delivery_hosts = {};
  EXPECT_FALSE(check_receipt_address(set, agreement_, "https://as2.acme.example/receipts"));
  agreement_.sending.send_ports = {"To ACME", "Removed"};
  EXPECT_TRUE(check_receipt_address(set, agreement_, "https://as2.acme.example:444/receipts"));
  EXPECT_FALSE(check_receipt_address(set, agreement_, "https://acme.example/receipts"));
}

}  // namespace
}  // namespace sealgate::hosts
