#pragma once
// A gateway's flow with one partner by AS2, on a real store in a scratch folder: what is posted goes through the
// receive flow, what is answered is what HTTP would send.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "as2/mdn_judge.h"
#include "as2/message_writer.h"
#include "as2/tests/as2_support.h"
#include "hosts/receive_flow.h"
#include "messaging/property_names.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts::testing {

namespace a2 = sealgate::as2;
using a2::testing::Identity;
using a2::testing::kNow;
using a2::testing::world;

inline constexpr std::string_view kDocument = "UNA:+.? '\nUNB+UNOA:2+A+B'\r\n";

/// A message of the partner, with what is needed to judge the receipt.
struct As2Request {
  mime::Headers headers;
  std::string body;
  a2::SentMics mics;
};

class As2Fixture : public ::testing::Test {
 protected:
  As2Fixture() {
    std::string pattern = ::testing::TempDir() + "sealgate-as2-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    open_store();
    agreement_.name = "ACME and us";
    agreement_.us.party = "Us";
    agreement_.partner.party = "ACME";
    agreement_.receiving.as2_from = "ACME Corp";
    agreement_.receiving.as2_to = "gateway";
    agreement_.sending.as2_from = "gateway";
    agreement_.sending.as2_to = "ACME Corp";
    agreement_.receiving.receipt.delivery_hosts = {"acme.example", "*.plants.example", "127.0.0.1"};
    location_.name = "AS2";
    location_.host = "Default";
    location_.transport = artifacts::HttpReceiveSettings{.path = "/as2"};
    location_.pipeline.name = "AS2Receive";
  }
  ~As2Fixture() override {
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  void open_store() {
    store_.reset();
    auto opened = store::SqliteStore::open({.data = root_ / "data", .access = store::Access::Serve}, clock_);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  messaging::MessageBox& box() { return store_->box(); }

  std::vector<messaging::TrackingRecord> records(std::optional<messaging::TrackingEvent> event = {}) {
    messaging::TrackingQuery query;
    query.event = event;
    const auto page = store_->tracking().search(query);
    EXPECT_TRUE(page);
    return page ? page->records : std::vector<messaging::TrackingRecord>{};
  }
  /// Of the only record of this event; "" when it has none.
  std::string detail(messaging::TrackingEvent event, std::string_view name) {
    const auto found = records(event);
    EXPECT_EQ(found.size(), 1U);
    for (const auto& [key, value] : found.empty() ? messaging::TrackingDetails() : found.front().details) {
      if (key == name) return value;
    }
    return {};
  }

  a2::OutgoingMessage outgoing(const std::string& message_id, const Identity* signer = &world().acme) const {
    a2::OutgoingMessage message;
    message.headers.from = {"ACME Corp"};
    message.headers.to = {"gateway"};
    message.headers.message_id = message_id;
    message.headers.version = "1.2";
    a2::ReceiptRequest request;
    request.notify_to = "as2@acme.example";
    request.wants_signature = true;
    request.mic_algorithms = {{crypto::DigestAlgorithm::Sha256, "sha-256"}};
    message.headers.receipt = request;
    message.seal.time = kNow;
    message.seal.content_type = "application/edifact";
    if (signer != nullptr) message.seal.sign = a2::testing::signer(*signer);
    message.seal.encrypt = a2::testing::encrypted_to(world().gateway);
    return message;
  }

  static As2Request written(a2::OutgoingMessage message, std::string_view document = kDocument) {
    BufferSink body;
    auto writer = a2::MessageWriter::create(std::move(message), body);
    EXPECT_TRUE(writer) << writer.error().to_string();
    EXPECT_TRUE(a2::testing::feed(**writer, document));
    return {(*writer)->headers(), std::string(as_text(body.bytes())), (*writer)->mics()};
  }

  std::shared_ptr<const Configuration> configuration() const {
    const auto assigned = [](const Identity& identity) {
      return artifacts::CertificateAssignments{{identity.certificate.thumbprint()}};
    };
    artifacts::Snapshot snapshot;
    artifacts::Group group;
    group.name = "Test";
    if (group_signs_) group.signing_certificates = assigned(world().gateway);
    group.revocation.policy = artifacts::RevocationPolicy::Off;
    snapshot.set.put(group);
    artifacts::Host host;
    host.name = "Default";
    host.decryption_certificates = assigned(world().gateway);
    snapshot.set.put(host);
    artifacts::Party acme;
    acme.name = "ACME";
    acme.verification_certificates = assigned(world().acme);
    snapshot.set.put(acme);
    artifacts::Party us;
    us.name = "Us";
    snapshot.set.put(us);
    artifacts::ReceivePort port;
    port.name = "Orders";
    port.locations = {location_};
    snapshot.set.put(port);
    artifacts::SendPort taker;
    taker.name = "Archive";
    taker.host = "Default";
    taker.state = artifacts::SendPortState::Started;
    taker.filter = *messaging::parse_filter("EdiIntAS.IsAS2PayloadMessage == true");
    snapshot.set.put(taker);
    for (const artifacts::SendPort& more : send_ports_) snapshot.set.put(more);
    if (has_agreement_) snapshot.set.put(agreement_);
    auto view = std::make_shared<pipeline::CertificateView>();
    view->personal[host.account].push_back({world().gateway.certificate, world().gateway.key, std::nullopt});
    view->other_people = certificates::find_among(partners_);
    view->trusted_roots = {world().ca.certificate};
    return make_configuration(
        std::move(snapshot), std::move(view),
        [this](const artifacts::SendTransport&, const Sender&) { return adapter_; }, &store_->tracking());
  }

  /// As the HTTP adapter hands it in.
  adapters::SubmitOutcome post(const As2Request& request, Time at = kNow) {
    Inbound inbound;
    inbound.location = "AS2";
    inbound.context.promote(messaging::names::kHttpRemoteAddress, std::string("10.0.0.1"));
    inbound.context.write(messaging::names::kHttpInboundHeaders, request.headers.serialise());
    auto writer = std::move(*box().create_body());
    EXPECT_TRUE(writer->write(as_bytes(request.headers.serialise() + "\r\n" + request.body)));
    EXPECT_TRUE(writer->finish());
    inbound.raw.name = "body";
    inbound.raw.body = writer->take();
    auto outcome = receive(*configuration(), box(), std::move(inbound), at);
    EXPECT_TRUE(outcome) << outcome.error().to_string();
    return outcome ? *outcome : adapters::SubmitOutcome{};
  }

  /// The answer as it goes over the wire, without the status line; "" when there is none.
  static std::string wire(const adapters::SubmitOutcome& outcome) {
    if (outcome.reply == nullptr || outcome.reply->headers.empty()) return {};
    std::string text;
    for (const auto& field : outcome.reply->headers) text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n" + outcome.reply->body;
  }

  static a2::Judgement judged(const std::string& receipt, const As2Request& request, const std::string& message_id) {
    const auto read = a2::testing::read_mdn(receipt);
    EXPECT_TRUE(read.mdn) << read.mdn.error().to_string();
    a2::SentMessage sent{message_id, {"ACME Corp"}, {"gateway"}, request.mics, true};
    return read.mdn ? a2::judge_mdn(read.headers, *read.mdn, &sent) : a2::Judgement{};
  }
  static std::string disposition(const std::string& receipt) {
    const auto read = a2::testing::read_mdn(receipt);
    return read.mdn ? a2::to_string(read.mdn->mdn.disposition) : read.mdn.error().to_string();
  }

  std::vector<messaging::WorkSummary> work(messaging::WorkKind kind) {
    auto listed = box().list({.kinds = {kind}});
    EXPECT_TRUE(listed);
    return listed ? *listed : std::vector<messaging::WorkSummary>{};
  }

  SystemClock clock_;
  std::filesystem::path root_;
  std::unique_ptr<store::SqliteStore> store_;
  artifacts::Agreement agreement_;
  artifacts::ReceiveLocation location_;
  bool has_agreement_ = true;
  std::vector<artifacts::SendPort> send_ports_;
  std::vector<certificates::Certificate> partners_{world().acme.certificate};  ///< in OtherPeople
  std::shared_ptr<adapters::SendAdapter> adapter_;                             ///< of every send port
  bool group_signs_ = true;
};

}  // namespace sealgate::hosts::testing
