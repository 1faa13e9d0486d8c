// Best practices, the threat model, and that no name becomes markup.

#include <algorithm>
#include <set>

#include "audit/report.h"
#include "audit/tests/audit_fixture.h"
#include "io/file.h"

namespace sealgate::audit {
namespace {

class PracticesTest : public AuditFixture {
 protected:
  std::vector<Finding> run(const Facts& facts = {}) const { return audit(set_, *uses_, holdings(), facts, kToday); }
  static bool has(const std::vector<Finding>& findings, std::string_view code) {
    return std::ranges::any_of(findings, [&](const Finding& finding) { return finding.code == code; });
  }
  bool finds(std::string_view code) const { return has(run(), code); }
};

/// Breaks as many practices as one document can.
constexpr const char* kCareless = R"(
kind: Group
name: Careless
revocation: {policy: off, allowed_private_hosts: [10.0.0.1]}
expiry_warnings: {webhook: 'http://hooks.example/x'}
---
kind: Host
name: All
authentication_trusted: false
---
kind: Host
name: Twin
---
kind: Party
name: Fabrikam
revocation: prefer
weak_algorithms:
  - {algorithm: sha1, reason: old gateway, until: 2030-01-01T00:00:00Z}
  - {algorithm: 3des, reason: older gateway, until: 2025-01-01T00:00:00Z}
---
kind: ReceivePort
name: In
authentication: none
tracking: {events: false}
locations:
  - name: Anybody
    host: All
    adapter: HTTP
    settings: {path: /in}
    pipeline: SMIMEReceive
    decoder: {check_revocation: false, check_extended_key_usage: false, require_signature: false}
---
kind: SendPort
name: Out
host: All
party: Fabrikam
adapter: HTTP
settings:
  url: http://partner.example/in
  authentication: basic
  user: alice
  password_source: file:/etc/sealgate/alice
pipeline: SMIMETransmit
encoder: {signature_type: blob, digest: sha1, check_revocation: false}
---
kind: SendPort
name: Unnamed
host: All
adapter: HTTP
settings: {url: 'https://partner.example/in', check_server_name: false}
---
kind: SendPort
name: Files
host: All
adapter: SFTP
settings: {host: sftp.example, user: alice, password_source: 'file:/a', folder: /in, check_host_key: false}
---
kind: Agreement
name: Loose
us: {party: Us}
partner: {party: Fabrikam}
sending:
  as2_from: US
  as2_to: FABRIKAM
  digest: sha1
  encrypt: false
  revocation: off
  receipt: {mode: async, signed: false, delivery_url: 'http://as2.example/receipts'}
  http: {check_server_name: false}
receiving:
  require_signature: false
  require_encryption: false
  allow_expired_until: 2999-01-01
  remember_duplicates: 0
  receipt: {delivery_hosts: ['*.example']}
---
kind: Agreement
name: Silent
us: {party: Us}
partner: {party: Fabrikam}
sending: {as2_from: US, as2_to: SILENT, receipt: {mode: none}}
)";

TEST_F(PracticesTest, FindsWhatIsCareless) {
  configure(kCareless);
  const auto findings = run();
  for (const char* code :
       {"audit.weak-allowance",         "audit.allowance-expired",       "audit.allowance-long",
        "audit.weak-algorithm-sent",    "audit.revocation-off",          "audit.revocation-soft",
        "audit.private-addresses",      "audit.mixed-location",          "audit.unsigned-accepted",
        "audit.authentication-off",     "audit.untrusted-host-resolves", "audit.flood",
        "audit.account-shared",         "audit.host-receives-and-sends", "audit.plain-http",
        "audit.plain-notice",           "audit.plain-password",          "audit.server-name-unchecked",
        "audit.host-key-unchecked",     "audit.usage-unchecked",         "audit.party-without-certificate",
        "audit.tracking-off",           "audit.agreement-in-clear",      "audit.no-receipt",
        "audit.receipt-proves-nothing", "audit.receipts-anywhere",       "audit.expired-allowed",
        "audit.duplicates-published"}) {
    EXPECT_TRUE(has(findings, code)) << code;
  }
  for (const Finding& finding : findings) {
    EXPECT_FALSE(finding.what.empty() || finding.where.empty() || finding.remedy.empty()) << finding.code;
  }
  EXPECT_TRUE(std::ranges::is_sorted(findings, std::greater<>(), &Finding::severity));
}

constexpr const char* kAs2Location = R"(---
kind: Host
name: Edge
---
kind: ReceivePort
name: AS2
locations:
  - {name: L, host: Edge, adapter: HTTP, settings: {path: /as2}, pipeline: AS2Receive}
)";
constexpr const char* kAs2Agreement = R"(---
kind: Agreement
name: A
us: {party: U}
partner: {party: P}
sending: {as2_from: U, as2_to: P}
)";

TEST_F(PracticesTest, LocationsOfAs2AndAgreementsNeedEachOther) {
  configure(kAs2Location);
  EXPECT_TRUE(finds("audit.as2-without-agreement"));
  configure(std::string(kAs2Location) + kAs2Agreement + "until: 2001-01-01\n");
  EXPECT_TRUE(finds("audit.as2-without-agreement"));
  EXPECT_FALSE(finds("audit.agreement-not-served"));
  configure(std::string(kAs2Location) + kAs2Agreement);
  EXPECT_FALSE(finds("audit.as2-without-agreement"));
  EXPECT_FALSE(finds("audit.agreement-not-served"));
  configure(kAs2Agreement);
  EXPECT_TRUE(finds("audit.agreement-not-served"));
}

TEST_F(PracticesTest, WhatALocationOfAs2LetsPassIsToldOfItsAgreements) {
  configure(std::string(kAs2Location) + kAs2Agreement + "receiving: {require_signature: false}\n");
  for (const Finding& finding : run()) {
    EXPECT_FALSE(finding.code == "audit.unsigned-accepted" && finding.where != "Agreement A") << finding.where;
    EXPECT_NE(finding.code, "audit.mixed-location");
  }
  EXPECT_TRUE(finds("audit.unsigned-accepted"));
  const auto flows = threat_model(set_, {});
  EXPECT_FALSE(flows.front().threats[0].open.empty()) << "anybody may be anybody";
  configure(std::string(kAs2Location) + kAs2Agreement);
  EXPECT_TRUE(threat_model(set_, {}).front().threats[1].open.empty()) << "the signature covers the content";
  std::string location = kAs2Location;
  location.insert(location.rfind('}'), ", as2_decoder: {check_revocation: false, check_extended_key_usage: false}");
  configure(location + kAs2Agreement);
  EXPECT_TRUE(finds("audit.revocation-off"));
  EXPECT_TRUE(finds("audit.usage-unchecked"));
}

TEST_F(PracticesTest, AgreementsAreJudgedWhileTheyHold) {
  const auto of_agreement = [this](const std::string& more) {
    configure("kind: Agreement\nname: A\nus: {party: U}\npartner: {party: P}\nsending: {as2_from: U, as2_to: P" +
              more + kAs2Location);
    std::string codes;
    for (const Finding& finding : run()) {
      if (finding.where == "Agreement A") codes.append(codes.empty() ? "" : " ").append(finding.code);
    }
    return codes;
  };
  const std::string received = "receiving: {archive: {encoded: true}}\n";
  EXPECT_EQ(of_agreement("}\n"), "audit.no-evidence audit.no-evidence");
  EXPECT_EQ(of_agreement(", archive: {encoded: true}}\n" + received), "");
  EXPECT_EQ(of_agreement(", archive: {encoded: true}, encryption_algorithm: 3des}\n" + received),
            "audit.weak-algorithm-sent");
  EXPECT_EQ(of_agreement(", archive: {encoded: true}}\ncompatibility: {unsigned_receipts: true}\n" + received),
            "audit.receipt-proves-nothing");
  EXPECT_EQ(of_agreement(", encryption_algorithm: 3des}\nenabled: false\n"), "");
  EXPECT_EQ(of_agreement(", encryption_algorithm: 3des}\nuntil: 2001-01-01\n"), "");
}

TEST_F(PracticesTest, PasswordsComeInByTlsOnly) {
  const auto found_with = [this](const std::string& listener, const std::string& ways) {
    configure("kind: Host\nname: Edge\nlisteners:\n  - {name: door, listen: ':8443'" + listener +
              "}\nusers:\n  - {name: a, password: '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBB', "
              "digest_md5: 00112233445566778899aabbccddeeff}\n---\nkind: ReceivePort\nname: In\nlocations:\n"
              "  - {name: L, host: Edge, adapter: HTTP, settings: {path: /in, listener: door, authentication: [" +
              ways + "]}}\n");
    return finds("audit.plain-http");
  };
  EXPECT_TRUE(found_with("", "basic"));
  EXPECT_FALSE(found_with("", "digest"));
  EXPECT_FALSE(found_with(", trusted_proxies: [10.0.0.1]", "basic"));
  EXPECT_FALSE(found_with(", certificates: [1E2FCFD26C606810B3FEEFF5F00B6C2D476B83D8]", "basic"));
}

TEST_F(PracticesTest, EveryCodeIsInTheTable) {
  configure(kCareless);
  EXPECT_GE(practices().size(), 20U);
  std::set<std::string_view> known;
  for (const Practice& practice : practices()) {
    EXPECT_TRUE(known.insert(practice.code).second) << practice.code << " stands twice";
    EXPECT_FALSE(practice.meaning.empty());
  }
  for (const Finding& finding : run()) EXPECT_TRUE(known.contains(finding.code)) << finding.code;
  const auto manual = io::read_file(std::string(SEALGATE_SOURCE_DIR) + "/docs/security/audit.md");
  ASSERT_TRUE(manual);
  for (const std::string_view code : known) {
    EXPECT_NE(as_text(*manual).find("`" + std::string(code) + "`"), std::string::npos)
        << code << " is not in the manual";
  }
}

TEST_F(PracticesTest, CertificatesInUse) {
  put(StoreName::Personal, make("own", -100, -1), "contoso");
  identities_.emplace(
      "partner", issue({.subject = {{"CN", "partner"}}, .issuer = &root_, .not_after = days(10), .digest = "SHA1"}));
  put(StoreName::OtherPeople, identities_.at("partner"));
  configure(kSealingPort);
  EXPECT_TRUE(finds("audit.expired-in-use"));
  EXPECT_TRUE(finds("audit.expires-soon"));
  EXPECT_TRUE(finds("audit.weak-certificate-digest"));
  EXPECT_FALSE(finds("audit.plain-http"));
}

TEST_F(PracticesTest, UnusedAndSharedKeys) {
  put(StoreName::Personal, make("own"), "contoso");
  put(StoreName::OtherPeople, make("partner"));
  configure(kSealingPort);
  Facts facts;
  const auto fact = [&](StoreName store, const std::string& account, const std::string& name, bool key) {
    facts.stored.push_back({store, account, {identities_.at(name).certificate, key, {}}});
  };
  make("spare");
  fact(StoreName::Personal, "contoso", "own", true);
  fact(StoreName::OtherPeople, "", "partner", false);
  EXPECT_FALSE(has(run(facts), "audit.unused-certificate"));
  EXPECT_FALSE(has(run(facts), "audit.key-shared"));
  fact(StoreName::Personal, "second", "own", true);
  EXPECT_TRUE(has(run(facts), "audit.key-shared"));
  fact(StoreName::OtherPeople, "", "spare", false);
  EXPECT_TRUE(has(run(facts), "audit.unused-certificate"));
  EXPECT_FALSE(has(run(facts), "audit.unused-key"));
  fact(StoreName::Personal, "contoso", "spare", true);
  EXPECT_TRUE(has(run(facts), "audit.unused-key"));
}

TEST_F(PracticesTest, Permissions) {
  configure("kind: Host\nname: H\n");
  const auto with = [&](PathFact::Role role, unsigned mode) {
    Facts facts;
    facts.paths.push_back({role, "/x/default.key", true, mode, {}});
    return run(facts);
  };
  EXPECT_TRUE(has(with(PathFact::Role::KeyFile, 0640), "audit.key-permissions"));
  EXPECT_FALSE(has(with(PathFact::Role::KeyFile, 0600), "audit.key-permissions"));
  EXPECT_TRUE(has(with(PathFact::Role::DataFolder, 0755), "audit.data-permissions"));
  EXPECT_FALSE(has(with(PathFact::Role::DataFolder, 0750), "audit.data-permissions"));
  EXPECT_TRUE(has(with(PathFact::Role::ReceiveFolder, 0777), "audit.folder-permissions"));
  EXPECT_TRUE(has(with(PathFact::Role::SendFolder, 0722), "audit.folder-permissions"));
  EXPECT_FALSE(has(with(PathFact::Role::SendFolder, 0770), "audit.folder-permissions"));
}

TEST_F(PracticesTest, TheThreatModelHasAFlowForEverythingThatIsConfigured) {
  configure(kCareless);
  const auto flows = threat_model(set_, {});
  std::string names;
  for (const Flow& flow : flows) {
    names += flow.name + "\n";
    for (std::size_t i = 0; i < kStride.size(); ++i) {
      if (flow.name.starts_with("Warnings")) continue;  // nobody can repudiate a notice
      EXPECT_FALSE(flow.threats.at(i).protections.empty() && flow.threats.at(i).open.empty())
          << flow.name << ": " << kStride.at(i);
    }
  }
  EXPECT_EQ(names,
            "Location Anybody of receive port In\nSend port Files\nSend port Out\nSend port Unnamed\nThe "
            "store\nPrivate keys of "
            "account default\n"
            "Warnings of coming expiries\n");
  const auto& disclosure = flows[2].threats[3];
  EXPECT_FALSE(disclosure.open.empty()) << "plain HTTP and no encryption";
}

TEST_F(PracticesTest, NamesOfPartnersNeverBecomeMarkup) {
  Report report;
  const std::string evil = "<script>alert('x')</script>\"><img src=x onerror=y>[a](javascript:b)|`c`\n# d";
  report.title = report.group = evil;
  report.findings.push_back({Severity::Error, "audit.flood", evil, evil, evil});
  Flow flow;
  flow.name = flow.from = flow.to = evil;
  flow.threats[0] = {{evil}, {evil}};
  report.flows.push_back(flow);
  const std::string html = to_html(report);
  for (const char* bad : {"<script", "<img", "\"><img", "<a"}) EXPECT_EQ(html.find(bad), std::string::npos) << bad;
  EXPECT_NE(html.find("&lt;script&gt;alert(&#39;x&#39;)"), std::string::npos);
  const std::string markdown = to_markdown(report);
  for (const char* bad : {"<script", "<img", "[a](", "\n# d", "|`c`"}) {
    EXPECT_EQ(markdown.find(bad), std::string::npos) << bad;
  }
  // A cell that could close its row would make columns of its own.
  for (std::size_t at = markdown.find("onerror"); at != std::string::npos; at = markdown.find("onerror", at + 1)) {
    EXPECT_EQ(markdown.substr(at).find("\\|"), markdown.substr(at).find('|') - 1);
  }
}

TEST_F(PracticesTest, AReportWithoutFindingsSaysSo) {
  Report report;
  report.title = "Audit";
  EXPECT_NE(to_html(report).find("<p>None.</p>"), std::string::npos);
  EXPECT_NE(to_markdown(report).find("None."), std::string::npos);
  EXPECT_EQ(to_markdown(report).find("Threat model"), std::string::npos);
}

}  // namespace
}  // namespace sealgate::audit
