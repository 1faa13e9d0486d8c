// What an agreement archives of a message that came, and what the log says of it.

#include "hosts/as2_archive.h"

#include "base/hex.h"
#include "certificates/export.h"
#include "hosts/tests/as2_fixture.h"

namespace sealgate::hosts {
namespace {

using messaging::TrackingEvent;
using testing::As2Fixture;
using testing::kDocument;
using testing::kNow;
using testing::world;

class As2Archiving : public As2Fixture {
 protected:
  void keep(bool encoded, bool decoded, bool receipts) {
    agreement_.receiving.archive = {encoded, decoded, receipts};
  }

  std::string body(TrackingEvent event, std::string_view point) {
    const auto sha256 = from_hex(detail(event, "body." + std::string(point)));
    if (!sha256 || sha256->empty()) return "none";
    BufferSink content;
    const auto read = store_->tracking().read_body(*sha256, content);
    EXPECT_TRUE(read) << read.error().to_string();
    return std::string(as_text(content.bytes()));
  }
};

TEST_F(As2Archiving, NothingIsKeptUnlessTheAgreementSaysSo) {
  post(written(outgoing("<1@acme>")));
  const auto received = records(TrackingEvent::Received);
  for (const auto& [name, value] : received.front().details) {
    EXPECT_FALSE(name.starts_with("body.")) << name;
  }
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.message_id"), "<1@acme>");
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.agreement"), "ACME and us");
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.from"), "ACME Corp");
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.to"), "gateway");
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.protection"), "signed, encrypted");
  EXPECT_EQ(detail(TrackingEvent::Received, "as2.wanted"), "sync, signed");
  EXPECT_TRUE(detail(TrackingEvent::Received, "as2.mic").ends_with(", sha-256"));
}

TEST_F(As2Archiving, EverythingThatProvesAnEncryptedMessageIsKept) {
  keep(true, true, true);
  const auto request = written(outgoing("<1@acme>"));
  const auto outcome = post(request);
  EXPECT_EQ(body(TrackingEvent::Received, "as2-message"), request.headers.serialise() + "\r\n" + request.body);
  EXPECT_TRUE(body(TrackingEvent::Received, "as2-content").ends_with("\r\n\r\n" + std::string(kDocument)));
  EXPECT_EQ(body(TrackingEvent::Received, "as2-signature").front(), '\x30');
  EXPECT_EQ(body(TrackingEvent::Received, "as2-document"), kDocument);
  EXPECT_EQ(body(TrackingEvent::Received, "as2-receipt"), wire(outcome));
  EXPECT_NE(body(TrackingEvent::Received, "as2-receipt-chain").find("BEGIN CERTIFICATE"), std::string::npos);
  EXPECT_EQ(body(TrackingEvent::Received, "as2-chain"),
            certificates::export_pem(std::vector{world().acme.certificate, world().ca.certificate}));
}

TEST_F(As2Archiving, WhatWasEncryptedIsKeptOpenedOnlyWhenDecodedIs) {
  keep(true, false, false);
  post(written(outgoing("<1@acme>")));
  EXPECT_NE(body(TrackingEvent::Received, "as2-message"), "none");
  EXPECT_NE(body(TrackingEvent::Received, "as2-chain"), "none");
  for (const auto* point : {"as2-content", "as2-signature", "as2-document", "as2-receipt"}) {
    EXPECT_EQ(body(TrackingEvent::Received, point), "none") << point;
  }
}

TEST_F(As2Archiving, TheSignatureOfAMessageInTheClearIsKeptWithIt) {
  keep(true, false, false);
  agreement_.receiving.require_encryption = false;
  auto message = outgoing("<1@acme>");
  message.seal.encrypt.reset();
  post(written(std::move(message)));
  EXPECT_TRUE(body(TrackingEvent::Received, "as2-content").ends_with(kDocument));
  EXPECT_NE(body(TrackingEvent::Received, "as2-signature"), "none");
  EXPECT_EQ(body(TrackingEvent::Received, "as2-document"), "none");
}

TEST_F(As2Archiving, OfARefusedMessageTheRequestAndTheReceiptAreKept) {
  keep(true, true, true);
  const auto request = written(outgoing("<1@acme>", &world().mallory));
  const auto outcome = post(request);
  EXPECT_EQ(body(TrackingEvent::Refused, "as2-message"), request.headers.serialise() + "\r\n" + request.body);
  EXPECT_EQ(body(TrackingEvent::Refused, "as2-document"), "none") << "nothing vouches for it";
  EXPECT_EQ(body(TrackingEvent::BodyStored, "as2-receipt"), wire(outcome));
  EXPECT_EQ(records(TrackingEvent::BodyStored).front().message.text(), outcome.message_id);
  EXPECT_EQ(detail(TrackingEvent::Refused, "as2.message_id"), "<1@acme>");
}

TEST_F(As2Archiving, APortThatIsNotTrackedArchivesAllTheSame) {
  keep(true, false, false);
  box().tracking_switch().leave_out({.receive = {"Orders"}, .send = {}});
  post(written(outgoing("<1@acme>")));
  EXPECT_NE(body(TrackingEvent::Received, "as2-message"), "none");
  agreement_.receiving.archive = {};
  post(written(outgoing("<2@acme>")));
  EXPECT_EQ(records(TrackingEvent::Received).size(), 1U);
}

TEST_F(As2Archiving, WhatCannotBeKeptIsNotTaken) {
  keep(true, true, true);
  // The key of tracked bodies is damaged.
  std::filesystem::create_directories(root_ / "data" / "keys" / "tracking.key");
  Inbound inbound;
  const auto request = written(outgoing("<1@acme>"));
  inbound.location = "AS2";
  inbound.context.write(messaging::names::kHttpInboundHeaders, request.headers.serialise());
  auto writer = std::move(*box().create_body());
  ASSERT_TRUE(writer->write(as_bytes(request.headers.serialise() + "\r\n" + request.body)));
  ASSERT_TRUE(writer->finish());
  inbound.raw.body = writer->take();
  EXPECT_FALSE(receive(*configuration(), box(), std::move(inbound), kNow));
  EXPECT_TRUE(work(messaging::WorkKind::Send).empty());
  EXPECT_TRUE(records().empty());
}

TEST_F(As2Archiving, AReceiptWithAConnectionOfItsOwnNamesItsMessage) {
  keep(false, false, true);
  auto message = outgoing("<1@acme>");
  message.headers.receipt->delivery_url = "https://acme.example/mdn";
  post(written(std::move(message)));
  std::size_t archived = 0;
  std::size_t named = 0;
  for (const auto& record : records(TrackingEvent::Received)) {
    for (const auto& [name, value] : record.details) {
      archived += name == "body.as2-receipt" ? 1U : 0U;
      named += name == kAs2ReceiptFor && value == "<1@acme>" ? 1U : 0U;
    }
  }
  EXPECT_EQ(archived, 1U);
  EXPECT_EQ(named, 1U);
}

}  // namespace
}  // namespace sealgate::hosts
