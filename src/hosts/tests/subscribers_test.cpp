// Who gets a message, beyond the filters: not a port whose host must not have it.

#include "hosts/subscribers.h"

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/receiver_authorization.h"

namespace sealgate::hosts {
namespace {

TEST(Subscribers, APortOfAHostWithoutTheCertificateGetsItSuspended) {
  const auto identity = certificates::testing::issue({.subject = {{"CN", "Ours"}}});
  artifacts::Snapshot snapshot;
  artifacts::Host mine;
  mine.name = "Mine";
  mine.decryption_certificates.push_back({identity.certificate.thumbprint()});
  artifacts::Host strange;
  strange.name = "Strange";
  snapshot.set.put(mine);
  snapshot.set.put(strange);
  for (const auto* name : {"Mine", "Strange"}) {
    artifacts::SendPort port;
    port.name = name;
    port.host = name;
    port.filter = *messaging::parse_filter("BTS.ReceivePortName exists");
    snapshot.set.put(port);
  }
  const auto configuration =
      make_configuration(std::move(snapshot), std::make_shared<pipeline::CertificateView>(),
                         [](const artifacts::SendTransport&, const Sender&) { return nullptr; });
  messaging::MessageContext context;
  context.promote(messaging::names::kReceivePortName, std::string("In"));
  for (const auto& delivery : find_subscribers(*configuration, context, Time{}).deliveries) {
    EXPECT_FALSE(delivery.suspended) << delivery.port;
  }
  pipeline::set_predicate(context, {.encrypted = true, .with = {identity.certificate}}, mine);
  const auto routing = find_subscribers(*configuration, context, Time{});
  ASSERT_EQ(routing.deliveries.size(), 2U);
  for (const auto& delivery : routing.deliveries) {
    ASSERT_EQ(delivery.suspended.has_value(), delivery.port == "Strange");
    if (!delivery.suspended) continue;
    EXPECT_EQ(delivery.suspended->code, pipeline::kReceiverNotAuthorized.id);
    EXPECT_TRUE(delivery.suspended->resumable);
  }
}

}  // namespace
}  // namespace sealgate::hosts
