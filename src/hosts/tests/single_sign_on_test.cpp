// Tickets on the way in, and the credentials of affiliate applications on the way out.

#include "credentials/tests/credentials_fixture.h"
#include "hosts/affiliate_credentials.h"
#include "hosts/outbound.h"
#include "hosts/receive_flow.h"
#include "hosts/tests/recording_box.h"
#include "hosts/tests/recording_log.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

class SingleSignOn : public credentials::testing_support::CredentialsTest {
 protected:
  SingleSignOn() {
    location_.name = "Portal by HTTP";
    location_.host = "Default";
    location_.transport = artifacts::HttpReceiveSettings{.path = "/portal"};
    location_.issue_sso_ticket = true;
    make_secret();
  }

  std::shared_ptr<const Configuration> configuration() {
    artifacts::Snapshot snapshot;
    artifacts::Host host;
    host.name = "Default";
    host.account = "default";
    snapshot.set.put(host);
    artifacts::ReceivePort port;
    port.name = "Portal";
    port.locations = {location_};
    snapshot.set.put(port);
    artifacts::SendPort out;
    out.name = "Out";
    out.host = "Default";
    out.filter = *messaging::parse_filter("BTS.ReceivePortName == \"Portal\"");
    snapshot.set.put(out);
    return make_configuration(
        std::move(snapshot), std::make_shared<pipeline::CertificateView>(),
        [](const artifacts::SendTransport&, const Sender&) { return nullptr; }, &log_, nullptr, &service_);
  }

  Result<adapters::SubmitOutcome> receive_of(const std::string& user) {
    Inbound inbound;
    inbound.location = location_.name;
    inbound.raw.name = "body";
    inbound.raw.body = std::make_shared<testing::MemoryBody>("<order/>");
    // What no adapter should say: only the engine's own words count.
    inbound.context.write(names::kSsoTicket, std::string("forged"));
    inbound.context.write(names::kOriginator, std::string("CONTOSO\\admin"));
    if (!user.empty()) inbound.context.promote(names::kWindowsUser, user);
    return receive(*configuration(), box_, std::move(inbound), clock_.now());
  }

  const messaging::MessageContext& published() const {
    return box_.published.at(0).publications.at(0).message.context;
  }

  /// What the send port would show for a message with this context.
  Result<adapters::Credentials> shown_for(const messaging::MessageContext& context) {
    messaging::Message message;
    message.id = messaging::MessageId("0190163d-8694-739b-aea5-966c26f8ad91");
    message.context = context;
    const messaging::WorkItem item;
    const SpooledOutbound outbound(message, item, adapters::BodyForm::Payload,
                                   std::filesystem::temp_directory_path());
    Sender sender;
    sender.port = "Out";
    sender.account = "default";
    return affiliate_credentials(service_, "ERP", sender)(outbound);
  }

  credentials::Service service_{storage_, keys(), auditor_, clock_};
  artifacts::ReceiveLocation location_;
  testing::RecordingBox box_;
  testing::RecordingLog log_;
};

TEST_F(SingleSignOn, ATicketIsForWhoeverWasAuthenticated) {
  tickets(true);
  credentials::Application erp = application("ERP");
  erp.allow_tickets = true;
  add(erp);
  ASSERT_TRUE(map("ERP", "user:CONTOSO\\alice", "alice.p", "secret"));
  ASSERT_TRUE(receive_of("CONTOSO\\alice"));
  EXPECT_EQ(published().text(names::kOriginator), "CONTOSO\\alice");
  const auto shown = shown_for(published());
  ASSERT_TRUE(shown) << shown.error().to_string();
  EXPECT_EQ(shown->user, "alice.p");
  EXPECT_EQ(auditor_.entries.back().message, "0190163d-8694-739b-aea5-966c26f8ad91");
}

TEST_F(SingleSignOn, OfAnotherLocationNothingIsLeftThatLooksLikeATicket) {
  location_.issue_sso_ticket = false;
  ASSERT_TRUE(receive_of("CONTOSO\\alice"));
  EXPECT_FALSE(published().text(names::kSsoTicket));
  EXPECT_FALSE(published().text(names::kOriginator));
}

TEST_F(SingleSignOn, WithoutTicketsOrUserTheMessageIsSuspended) {
  for (const auto& [user, code] :
       {std::pair{"CONTOSO\\alice", "credentials.tickets-off"}, std::pair{"", "credentials.nobody-authenticated"}}) {
    const auto outcome = receive_of(user);
    ASSERT_TRUE(outcome) << outcome.error().to_string();
    EXPECT_EQ(outcome->kind, adapters::SubmitKind::Suspended);
    ASSERT_FALSE(box_.suspended_received.empty());
    const messaging::SuspendRequest& kept = box_.suspended_received.back();
    EXPECT_EQ(kept.failure.code, code);
    EXPECT_NE(kept.failure.text.find("receive location Portal by HTTP"), std::string::npos) << kept.failure.text;
    EXPECT_TRUE(kept.failure.resumable);
  }
  EXPECT_TRUE(box_.published.empty());
}

TEST_F(SingleSignOn, AStoreThatIsAwayLeavesTheMessageWithItsSender) {
  storage_.away = Error{{"store.connection-lost", ErrorClass::Environment}, "away", {}, {}};
  const auto outcome = receive_of("CONTOSO\\alice");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code.id, "store.connection-lost");
}

TEST_F(SingleSignOn, TheMessagesPartyCountsForAGroup) {
  add(application("ERP", credentials::ApplicationType::Group));
  ASSERT_TRUE(map("ERP", "party:Contoso", "contoso", "secret"));
  messaging::MessageContext context;
  EXPECT_EQ(shown_for(context).error().code.id, "credentials.no-mapping");
  context.promote(names::kPartyName, std::string("Contoso"));
  EXPECT_EQ(shown_for(context)->user, "contoso");
}

}  // namespace
}  // namespace sealgate::hosts
