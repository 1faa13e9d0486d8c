#include "admin/rollover.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "admin/errors.h"
#include "admin/overlay_certificate_store.h"
#include "audit/tests/audit_fixture.h"

namespace sealgate::admin {
namespace {

using namespace artifacts;
using audit::days;
using audit::kToday;
using ::testing::HasSubstr;

constexpr const char* kHosts = R"(
kind: Group
name: Contoso
signing_certificates: [%old%]
---
{kind: Host, name: Secure, decryption_certificates: [%old%], listeners: [{name: as2, listen: "127.0.0.1:0", certificates: [%old%]}]}
---
{kind: Party, name: Fabrikam, verification_certificates: [%old%]}
---
kind: SendPort
name: Orders
host: Secure
party: Fabrikam
adapter: HTTP
settings: {url: "https://fabrikam.example/in", client_certificate: %old%}
pipeline: SMIMETransmit
encryption_certificates: [%old%]
)";

class RolloverTest : public audit::AuditFixture {
 protected:
  RolloverTest() {
    make("old", -300, 60);
    make("new", -1, 400);
  }

  Result<Rollover> plan(Time from, std::chrono::hours overlap = {}) const {
    return plan_rollover(set_, {of("old"), of("new"), from, overlap}, kToday);
  }
  const certificates::Certificate& of(const std::string& name) const { return identities_.at(name).certificate; }

  template <typename T>
  static const T& changed(const Rollover& rollover) {
    const auto found =
        std::ranges::find_if(rollover.changed, [](const Artifact& one) { return std::holds_alternative<T>(one); });
    EXPECT_NE(found, rollover.changed.end());
    return std::get<T>(*found);
  }
  /// "old until 3; new from 0": days from today.
  std::string in_short(const CertificateAssignments& all) const {
    std::string text;
    for (const CertificateAssignment& one : all) {
      text += (text.empty() ? "" : "; ") + std::string(of("new").has_thumbprint(one.certificate) ? "new" : "old");
      const auto day = [](Time time) {
        return std::to_string(std::chrono::floor<std::chrono::days>(time - kToday).count());
      };
      if (one.from) text += " from " + day(*one.from);
      if (one.until) text += " until " + day(*one.until);
    }
    return text;
  }
};

TEST_F(RolloverTest, OnADateEachUseChangesInItsWay) {
  configure(kHosts);
  const auto rollover = plan(days(10), std::chrono::hours(24 * 14));
  ASSERT_TRUE(rollover) << rollover.error().to_string();
  EXPECT_EQ(in_short(changed<Group>(*rollover).signing_certificates), "old until 24; new from 10");
  EXPECT_EQ(in_short(changed<Host>(*rollover).decryption_certificates), "old until 24; new");
  EXPECT_EQ(in_short(changed<Host>(*rollover).listeners.front().certificates), "old until 10; new from 10");
  EXPECT_EQ(in_short(changed<Party>(*rollover).verification_certificates), "old until 24; new");
  EXPECT_EQ(in_short(changed<SendPort>(*rollover).encryption_certificates), "old until 10; new from 10");
  // What has no dates is named, and stays.
  const auto& settings = std::get<HttpSendSettings>(changed<SendPort>(*rollover).transport);
  EXPECT_TRUE(of("old").has_thumbprint(*settings.client_certificate));
  const auto left = std::ranges::find(rollover->steps, false, &RolloverStep::changed);
  ASSERT_NE(left, rollover->steps.end());
  EXPECT_EQ(left->where, "SendPort Orders, transport.client_certificate");
}

TEST_F(RolloverTest, AtOnceNothingIsLeftThatDoesNotOverlap) {
  configure(kHosts);
  const auto rollover = plan(kToday);
  ASSERT_TRUE(rollover);
  EXPECT_EQ(in_short(changed<Group>(*rollover).signing_certificates), "new from 0");
  EXPECT_EQ(in_short(changed<Host>(*rollover).decryption_certificates), "new");
  EXPECT_EQ(in_short(changed<SendPort>(*rollover).encryption_certificates), "new");
  const auto& settings = std::get<HttpSendSettings>(changed<SendPort>(*rollover).transport);
  EXPECT_TRUE(of("new").has_thumbprint(*settings.client_certificate));
}

TEST_F(RolloverTest, TheNewOneSignsFromTheMomentAlthoughTheOldOneStays) {
  configure(kHosts);
  const auto rollover = plan(kToday, std::chrono::hours(48));
  ASSERT_TRUE(rollover);
  const auto& signing = changed<Group>(*rollover).signing_certificates;
  EXPECT_EQ(in_short(signing), "old until 2; new from 0");
  EXPECT_TRUE(of("new").has_thumbprint(latest(signing, kToday)->certificate));
}

TEST_F(RolloverTest, WindowsThatAreThereAreKept) {
  configure(
      R"({kind: Party, name: A, verification_certificates: [{certificate: %old%, until: "2026-06-16T00:00:00Z"}]}
---
{kind: Host, name: H, decryption_certificates: [{certificate: %old%, from: "2026-12-01T00:00:00Z"}, %new%]}
)");
  const auto rollover = plan(days(10), std::chrono::hours(24 * 14));
  ASSERT_TRUE(rollover);
  // It ends as it was to, and one that would begin after its end never does.
  EXPECT_EQ(in_short(changed<Party>(*rollover).verification_certificates), "old until 1; new");
  EXPECT_EQ(in_short(changed<Host>(*rollover).decryption_certificates), "new");
}

TEST_F(RolloverTest, WhoSeesOurCertificateIsTold) {
  configure(kHosts);
  const auto rollover = plan(days(10), std::chrono::hours(24 * 14));
  ASSERT_TRUE(rollover);
  const auto of_fabrikam = std::ranges::find(rollover->notices, std::string("Fabrikam"), &RolloverNotice::party);
  ASSERT_NE(of_fabrikam, rollover->notices.end());
  EXPECT_THAT(of_fabrikam->text, HasSubstr(of("new").thumbprint().to_biztalk()));
  EXPECT_THAT(of_fabrikam->text, HasSubstr("2026-06-25 00:00 UTC"));
  EXPECT_THAT(of_fabrikam->text, HasSubstr("we sign with the new one"));
}

TEST_F(RolloverTest, WhatCannotBeIsRefused) {
  configure(kHosts);
  EXPECT_EQ(plan_rollover(set_, {of("old"), of("old"), kToday, {}}, kToday).error().code, kBadRollover);
  EXPECT_EQ(plan(days(500)).error().code, kBadRollover);
  make("later", 30, 500);
  EXPECT_EQ(plan_rollover(set_, {of("old"), of("later"), days(10), {}}, kToday).error().code, kBadRollover);
  EXPECT_EQ(plan_rollover(set_, {of("new"), of("old"), kToday, {}}, kToday).error().code, kNothingToRollOver);
}

TEST_F(RolloverTest, AnOverlayIsReadTogetherWithItsBaseAndLeavesThatAlone) {
  put(certificates::StoreName::OtherPeople, identities_.at("old"));
  OverlayCertificateStore overlay(*store_);
  const certificates::StoreId others{certificates::StoreName::OtherPeople, {}};
  EXPECT_EQ(overlay.add(others, {of("old")}).value(), certificates::AddOutcome::AlreadyThere);
  EXPECT_EQ(overlay.add(others, {of("new")}).value(), certificates::AddOutcome::Added);
  EXPECT_EQ(overlay.add(others, {of("new")}).value(), certificates::AddOutcome::AlreadyThere);
  EXPECT_EQ(overlay.list(others)->size(), 2U);
  EXPECT_EQ(store_->list(others)->size(), 1U);
  certificates::Page first{.limit = 1};
  const auto page = overlay.page(others, first);
  ASSERT_EQ(page->size(), 1U);
  first.after = page->front().certificate.thumbprint();
  EXPECT_EQ(overlay.page(others, first)->size(), 1U);
  EXPECT_TRUE(overlay.find(others, of("new").thumbprint())->has_value());
  // A key that is only tried is there for whoever looks, and only here.
  const certificates::StoreId personal{certificates::StoreName::Personal, "default"};
  put_without_key(identities_.at("old"), "default");
  EXPECT_EQ(overlay.add(personal, {of("old"), {}, Bytes{1}}).value(), certificates::AddOutcome::KeyAdded);
  EXPECT_TRUE((*overlay.find(personal, of("old").thumbprint()))->has_private_key);
  EXPECT_FALSE((*store_->find(personal, of("old").thumbprint()))->has_private_key);
}

TEST_F(RolloverTest, ListsOfAnOverlayComeAndGo) {
  const certificates::Crl list = audit::issue_crl(root_, {});
  ASSERT_TRUE(store_->add_crl(list));
  OverlayCertificateStore overlay(*store_);
  EXPECT_EQ(overlay.add_crl(list).value(), certificates::AddOutcome::AlreadyThere);
  EXPECT_TRUE(overlay.remove_crl(list.sha256()));
  EXPECT_TRUE(overlay.list_crls()->empty());
  EXPECT_FALSE(overlay.remove_crl("00"));
  EXPECT_EQ(store_->list_crls()->size(), 1U);
}

}  // namespace
}  // namespace sealgate::admin
