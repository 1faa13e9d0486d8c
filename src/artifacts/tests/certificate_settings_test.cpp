// Certificates with their windows, and the settings about revocation, warnings and paths.

#include "artifacts/certificate_settings.h"

#include <gtest/gtest.h>

#include "artifacts/documents.h"

namespace sealgate::artifacts {
namespace {

constexpr std::string_view kAll = R"(
kind: Group
name: Fabrikam
signing_certificates:
  - 1111111111111111111111111111111111111111
  - certificate: "22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22"
    from: 2027-01-01
revocation:
  policy: prefer
  refresh: 1d
  sources:
    - http://crl.example/ca.crl
    - /var/lib/crls
  ocsp: true
  fetch_issuers: true
  allowed_private_hosts: [crl.internal, 10.0.0.7, "fd00::7"]
expiry_warnings:
  days: [7, 90, 30]
  webhook: https://ops.example/hook
  email: {smtp_url: "smtp://mail.example:2525", from: gate@fabrikam.example, to: [ops@fabrikam.example]}
---
kind: Host
name: Default
decryption_certificates:
  - {certificate: 3333333333333333333333333333333333333333, until: 2027-02-01T12:00:00Z}
  - 4444444444444444444444444444444444444444
---
kind: Party
name: Contoso
verification_certificates:
  - {certificate: 5555555555555555555555555555555555555555, from: 2026-01-01, until: 2027-01-01}
revocation: off
path:
  auth_level: 2
  policies: [1.3.6.1.4.1.99999.1, 2.16.840.1.101.3.2.1.48.1]
  require_explicit_policy: true
---
kind: ReceivePort
name: Orders
locations:
  - name: Orders HTTP
    host: Default
    adapter: HTTP
    settings: {path: /orders}
    revocation: require
---
kind: SendPort
name: Back
host: Default
party: Contoso
adapter: HTTP
settings:
  url: https://contoso.example/in
  client_certificate: 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66
pipeline: SMIMETransmit
encoder: {enable_encryption: true, signature_type: blob}
encryption_certificates:
  - {certificate: 5555555555555555555555555555555555555555, from: 2026-01-01}
signing_certificate: {certificate: 7777777777777777777777777777777777777777, from: 2026-06-01}
revocation: prefer
)";

Thumbprint of(char digit) {
  return *Thumbprint::parse(std::string(40, digit));
}
Time at(std::string_view text) {
  return *parse_rfc3339(text);
}

TEST(CertificateSettings, EveryFieldIsReadAndWrittenBackEqual) {
  const auto documents = parse_documents(kAll, "all.yaml");
  ASSERT_TRUE(documents) << documents.error().to_string();
  ASSERT_EQ(documents->size(), 5U);
  for (const SourcedArtifact& entry : *documents) {
    const std::string text = to_yaml(entry.artifact);
    const auto again = parse_documents(text, "again.yaml");
    ASSERT_TRUE(again) << again.error().to_string() << "\n" << text;
    EXPECT_EQ(again->front().artifact, entry.artifact) << text;
    EXPECT_EQ(to_yaml(again->front().artifact), text);
  }
  const auto& group = std::get<Group>((*documents)[0].artifact);
  ASSERT_EQ(group.signing_certificates.size(), 2U);
  EXPECT_EQ(group.signing_certificates[1], (CertificateAssignment{of('2'), at("2027-01-01T00:00:00Z"), {}}));
  EXPECT_EQ(group.revocation.policy, RevocationPolicy::Prefer);
  EXPECT_EQ(group.revocation.refresh, std::chrono::hours(24));
  EXPECT_EQ(group.revocation.sources.size(), 2U);
  EXPECT_EQ(group.revocation.allowed_private_hosts.size(), 3U);
  EXPECT_EQ(group.expiry_warnings.days, (std::vector<int>{90, 30, 7}));
  EXPECT_EQ(group.expiry_warnings.email->to.front(), "ops@fabrikam.example");
  const auto& party = std::get<Party>((*documents)[2].artifact);
  EXPECT_EQ(party.revocation, RevocationPolicy::Off);
  EXPECT_EQ(party.path.auth_level, 2);
  EXPECT_EQ(party.path.policies.size(), 2U);
  EXPECT_TRUE(party.path.require_explicit_policy);
  const auto& port = std::get<SendPort>((*documents)[4].artifact);
  EXPECT_EQ(std::get<HttpSendSettings>(port.transport).client_certificate, of('6'));
  ASSERT_EQ(port.signing_certificates.size(), 1U);
  EXPECT_EQ(port.signing_certificates[0].certificate, of('7'));
}

TEST(CertificateSettings, WhatIsUsualIsNotWritten) {
  EXPECT_EQ(to_yaml(Group{.name = "G"}), "kind: Group\nname: G\n");
  Group silent{.name = "G"};
  silent.expiry_warnings.days.clear();
  EXPECT_EQ(to_yaml(silent), "kind: Group\nname: G\nexpiry_warnings:\n  days: []\n");
  const auto again = parse_documents(to_yaml(silent), "again.yaml");
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(std::get<Group>(again->front().artifact), silent);
}

TEST(CertificateSettings, AWindowIncludesItsStartAndExcludesItsEnd) {
  const Time start = at("2027-01-01T00:00:00Z");
  const Time end = at("2027-02-01T00:00:00Z");
  const CertificateAssignments list{{of('1'), start, end}, {of('2')}};
  const std::chrono::milliseconds instant(1);
  EXPECT_EQ(in_force(list, start - instant), std::vector{of('2')});
  EXPECT_EQ(in_force(list, start), (std::vector{of('1'), of('2')}));
  EXPECT_EQ(in_force(list, end - instant), (std::vector{of('1'), of('2')}));
  EXPECT_EQ(in_force(list, end), std::vector{of('2')});
}

TEST(CertificateSettings, TheLatestSwitchDateSigns) {
  const Time january = at("2027-01-01T00:00:00Z");
  const Time june = at("2027-06-01T00:00:00Z");
  const CertificateAssignments list{{of('1')}, {of('3'), june, {}}, {of('2'), january, {}}};
  EXPECT_EQ(latest(list, january - std::chrono::milliseconds(1))->certificate, of('1'));
  EXPECT_EQ(latest(list, january)->certificate, of('2'));
  EXPECT_EQ(latest(list, june)->certificate, of('3'));
  EXPECT_EQ(latest({{of('1')}, {of('2')}}, june)->certificate, of('1'));
  EXPECT_EQ(latest({}, june), nullptr);
  EXPECT_EQ(latest({{of('3'), june, {}}}, january), nullptr);
}

TEST(CertificateSettings, SaysWhyNoneIsInForce) {
  const Time january = at("2027-01-01T00:00:00Z");
  const Time june = at("2027-06-01T00:00:00Z");
  const CertificateAssignments later{{of('1'), {}, january}, {of('2'), june, {}}};
  EXPECT_NE(why_none_in_force(later, january).find("2222 2222"), std::string::npos);
  EXPECT_NE(why_none_in_force(later, january).find("from 2027-06-01T00:00:00Z on"), std::string::npos);
  EXPECT_NE(why_none_in_force({{of('1'), {}, january}}, june).find("until 2027-01-01T00:00:00Z"), std::string::npos);
  EXPECT_EQ(why_none_in_force({}, june), "");
}

TEST(CertificateSettings, TheStricterPolicyHolds) {
  EXPECT_EQ(strictest({}, {}), std::nullopt);
  EXPECT_EQ(strictest(RevocationPolicy::Off, {}), RevocationPolicy::Off);
  EXPECT_EQ(strictest(RevocationPolicy::Prefer, RevocationPolicy::Off), RevocationPolicy::Prefer);
  EXPECT_EQ(strictest(RevocationPolicy::Prefer, RevocationPolicy::Require), RevocationPolicy::Require);
}

}  // namespace
}  // namespace sealgate::artifacts
