#include "pipeline/receiver_authorization.h"

#include <gtest/gtest.h>

#include "certificates/tests/test_certificates.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;
using certificates::testing::Identity;
using certificates::testing::issue;

artifacts::Host host_with(const std::string& name, std::vector<Thumbprint> certificates) {
  artifacts::Host host;
  host.name = name;
  for (auto& thumbprint : certificates) host.decryption_certificates.push_back({std::move(thumbprint)});
  return host;
}

class ReceiverAuthorization : public ::testing::Test {
 protected:
  bool may_have(const artifacts::Host& host) { return !refuse_receiver(context_, host, "send port Out"); }

  const Identity outer_ = issue({.subject = {{"CN", "Outer"}}});
  const Identity inner_ = issue({.subject = {{"CN", "Inner"}}});
  const artifacts::Host receiver_ =
      host_with("Receiver", {outer_.certificate.thumbprint(), inner_.certificate.thumbprint_sha256()});
  const artifacts::Host stranger_ = host_with("Stranger", {});
  messaging::MessageContext context_;
};

TEST_F(ReceiverAuthorization, WhatCameInClearMayGoAnywhere) {
  set_predicate(context_, {}, receiver_);
  EXPECT_FALSE(context_.has(names::kDecryptionPredicate));
  EXPECT_TRUE(may_have(stranger_));
}

TEST_F(ReceiverAuthorization, TheHostIsConfiguredForEveryCertificateByEitherThumbprint) {
  set_predicate(context_, {.encrypted = true, .with = {outer_.certificate, inner_.certificate}}, receiver_);
  EXPECT_TRUE(may_have(receiver_));
  EXPECT_TRUE(
      may_have(host_with("Other", {inner_.certificate.thumbprint(), outer_.certificate.thumbprint_sha256()})));
  EXPECT_FALSE(may_have(host_with("Half", {inner_.certificate.thumbprint()})));
  const auto refused = refuse_receiver(context_, stranger_, "send port Out");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, kReceiverNotAuthorized);
  EXPECT_EQ(refused->where, "send port Out");
  EXPECT_NE(refused->what.find(outer_.certificate.thumbprint().to_hex()), std::string::npos) << refused->what;
  EXPECT_NE(refused->remedy.find("Stranger"), std::string::npos);
  // No filter can see it, and nothing that is published later takes it along unasked.
  EXPECT_FALSE(context_.find(names::kDecryptionPredicate)->promoted);
  set_predicate(context_, {}, receiver_);
  EXPECT_TRUE(may_have(stranger_));
}

TEST_F(ReceiverAuthorization, AnAssignmentThatIsOverStillCounts) {
  set_predicate(context_, {.encrypted = true, .with = {outer_.certificate}}, receiver_);
  artifacts::Host former = stranger_;
  former.decryption_certificates.push_back(
      {outer_.certificate.thumbprint(), {}, certificates::testing::kNow - std::chrono::hours(24)});
  EXPECT_TRUE(may_have(former));
}

TEST_F(ReceiverAuthorization, WhatCouldNotBeOpenedIsForHostsThatCouldHaveOpenedAsMuch) {
  set_predicate(context_, {.encrypted = true}, receiver_);
  EXPECT_TRUE(may_have(receiver_));
  EXPECT_FALSE(may_have(stranger_));
  EXPECT_FALSE(may_have(host_with("Half", {outer_.certificate.thumbprint()})));
}

}  // namespace
}  // namespace sealgate::pipeline
