// Every way in which an assignment can fail, now and by a date.

#include <algorithm>

#include "audit/references.h"
#include "audit/tests/audit_fixture.h"

namespace sealgate::audit {
namespace {

class CheckTest : public AuditFixture {
 protected:
  /// The port of kSealingPort with both certificates in place.
  void seal() {
    put(StoreName::Personal, make("own"), "contoso");
    put(StoreName::OtherPeople, make("partner", -1, 365, kEncryption));
    configure(kSealingPort);
  }
  const std::vector<std::pair<int, std::string>> kEncryption = {{NID_key_usage, "critical,keyAgreement"}};
  const std::vector<std::pair<int, std::string>> kSignature = {{NID_key_usage, "critical,digitalSignature"}};
};

TEST_F(CheckTest, WhatIsInOrderIsNotSpokenOf) {
  seal();
  EXPECT_EQ(in_short(check_until(30)), "");
}

TEST_F(CheckTest, NamesWhatIsMissingWithPortStoreAndThumbprint) {
  make("own");
  const Identity& partner = make("partner");
  configure(kSealingPort);
  const auto findings = check_until(0);
  ASSERT_EQ(in_short(findings), "error check.missing; error check.missing");
  EXPECT_NE(findings[0].where.find("Group Test, signing_certificates (hits SendPort Orders)"), std::string::npos)
      << findings[0].where;
  EXPECT_NE(findings[0].what.find("Personal store of account contoso"), std::string::npos) << findings[0].what;
  EXPECT_NE(findings[1].what.find(partner.certificate.thumbprint().to_biztalk()), std::string::npos);
  EXPECT_NE(findings[1].what.find("OtherPeople"), std::string::npos);
  EXPECT_NE(findings[1].remedy.find("sealgate cert import"), std::string::npos);
}

TEST_F(CheckTest, SaysInWhichOtherStoreOrAccountItLies) {
  put(StoreName::Personal, make("own"), "default");
  put(StoreName::IntermediateAuthorities, make("partner"));
  configure(kSealingPort);
  const auto findings = check_until(0);
  ASSERT_EQ(in_short(findings), "error check.wrong-store; error check.wrong-store");
  EXPECT_NE(findings[0].what.find("but in Personal of account default"), std::string::npos) << findings[0].what;
  EXPECT_NE(findings[1].what.find("but in IntermediateAuthorities"), std::string::npos) << findings[1].what;
}

TEST_F(CheckTest, DatesAreJudgedAtEachMomentUntilTheEnd) {
  put(StoreName::Personal, make("own", -100, 10), "contoso");
  put(StoreName::OtherPeople, make("partner", 5, 365));
  configure(kSealingPort);
  EXPECT_EQ(in_short(check_until(0)), "error check.not-yet-valid");
  EXPECT_EQ(in_short(check_until(9)), "error check.not-yet-valid");
  EXPECT_EQ(in_short(check_until(11)), "error check.not-yet-valid; error check.expired 10");
}

TEST_F(CheckTest, AnExpiryBetweenNowAndTheDateIsFoundThoughAnotherIsUsedThen) {
  put(StoreName::Personal, make("own", -100, 10), "contoso");
  put(StoreName::Personal, make("next", -1, 400), "contoso");
  put(StoreName::OtherPeople, make("partner"));
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("[%own%]"), 7, "[%own%, {certificate: '%next%', from: 2026-07-05T00:00:00Z}]");
  configure(yaml);  // the switch comes ten days after the expiry
  EXPECT_EQ(in_short(check_until(100)), "error check.expired 10");
  yaml.replace(yaml.find("2026-07-05"), 10, "2026-06-20");
  configure(yaml);
  EXPECT_EQ(in_short(check_until(100)), "");
}

TEST_F(CheckTest, GapsBetweenWindows) {
  put(StoreName::Personal, make("own"), "contoso");
  put(StoreName::Personal, make("next"), "contoso");
  put(StoreName::OtherPeople, make("partner"));
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("[%own%]"), 7,
               "[{certificate: '%own%', until: 2026-06-20T00:00:00Z}, {certificate: '%next%', from: "
               "2026-06-21T00:00:00Z}]");
  configure(yaml);
  const auto findings = check_until(100);
  ASSERT_EQ(in_short(findings), "error check.none-in-force 5");
  EXPECT_NE(findings[0].what.find("is assigned from 2026-06-21"), std::string::npos) << findings[0].what;
}

TEST_F(CheckTest, KeysThatAreNotThereOrDoNotOpen) {
  put_without_key(make("own"), "contoso");
  put(StoreName::OtherPeople, make("partner"));
  configure(kSealingPort);
  EXPECT_EQ(in_short(check_until(0)), "error check.no-key");
  put(StoreName::Personal, identities_.at("own"), "contoso");
  KeyTrial trial;
  const auto closed = [&](const std::string& account, const certificates::Certificate&) {
    trial.error = Error{ErrorCode{"test.closed", ErrorClass::Decrypt},
                        "the key file of " + account + " is another one",
                        {},
                        "bring the right one"};
    return trial;
  };
  const auto findings = check_until(0, closed);
  ASSERT_EQ(in_short(findings), "error check.key-unusable");
  EXPECT_NE(findings[0].what.find("the key file of contoso is another one"), std::string::npos);
  EXPECT_EQ(findings[0].remedy, "bring the right one");
  trial.examined = false;
  const auto unknown = check_until(0, closed);
  ASSERT_EQ(in_short(unknown), "warning check.key-not-examined");
  EXPECT_NE(unknown[0].what.find("was not examined: the key file of contoso is another one"), std::string::npos);
}

TEST_F(CheckTest, ExpiredCertificatesThatStillOpen) {
  put(StoreName::Personal, make("own", -10, -1), "contoso");
  const auto configure_with = [&](bool first, bool second) {
    const auto location = [](const std::string& name, bool allowed) {
      return "  - name: " + name + "\n    host: H\n    adapter: FILE\n    settings: {folder: /var/" + name +
             "}\n    pipeline: SMIMEReceive\n    decoder: {allow_expired_decryption: " +
             (allowed ? "true" : "false") + "}\n";
    };
    configure(
        "kind: Host\nname: H\naccount: contoso\ndecryption_certificates: ['%own%']\n---\n"
        "kind: ReceivePort\nname: In\nlocations:\n" +
        location("a", first) + location("b", second));
  };
  configure_with(false, false);
  EXPECT_EQ(in_short(check_until(0)), "error check.expired");
  configure_with(true, false);
  EXPECT_EQ(in_short(check_until(0)), "error check.expired") << "at one of two it is refused";
  configure_with(true, true);
  const auto findings = check_until(0);
  ASSERT_EQ(in_short(findings), "warning check.expired");
  EXPECT_NE(findings[0].what.find("allow_expired_decryption"), std::string::npos);
}

TEST_F(CheckTest, UsageThatDoesNotFit) {
  put(StoreName::Personal, make("own", -1, 365, kEncryption), "contoso");
  put(StoreName::OtherPeople, make("partner", -1, 365, kSignature));
  configure(kSealingPort);
  EXPECT_EQ(in_short(check_until(0)), "error check.wrong-usage; error check.wrong-usage");
}

TEST_F(CheckTest, RevokedAndDistrusted) {
  seal();
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("policy: off"), 11, "policy: prefer");
  configure(yaml);
  EXPECT_EQ(in_short(check_until(0)), "warning check.no-revocation-list; warning check.no-revocation-list");
  ASSERT_TRUE(store_->add_crl(issue_crl(root_, {11})));  // the partner's serial
  EXPECT_EQ(in_short(check_until(0)), "error check.revoked");
  ASSERT_TRUE(store_->add({StoreName::Untrusted, {}}, {identities_.at("own").certificate}));
  EXPECT_EQ(in_short(check_until(0)), "error check.distrusted; error check.revoked");
}

TEST_F(CheckTest, WhatTheGroupRequiresHoldsForRecipientsToo) {
  seal();
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("policy: off"), 11, "policy: require");
  configure(yaml);
  EXPECT_EQ(in_short(check_until(0)), "error check.no-revocation-list; error check.no-revocation-list");
}

TEST_F(CheckTest, ARevocationListThatRunsOut) {
  put(StoreName::OtherPeople, make("partner", -1, 365, kSignature));
  ASSERT_TRUE(store_->add_crl(issue_crl(root_, {}, kToday, std::chrono::hours(72))));
  configure("kind: Party\nname: Fabrikam\nverification_certificates: ['%partner%']\n");
  EXPECT_EQ(in_short(check_until(2)), "");
  EXPECT_EQ(in_short(check_until(10)), "error check.no-revocation-list 3") << "the group requires one";
}

TEST_F(CheckTest, WhoSignsNeedsAPathButMayAttachItsCertificate) {
  const Identity stranger = issue({.subject = {{"CN", "Stranger"}}, .extensions = kSignature});
  identities_.emplace("stranger", stranger);
  make("absent");
  put(StoreName::OtherPeople, stranger);
  configure(
      "kind: Group\nname: G\nrevocation: {policy: off}\n---\nkind: Party\nname: Fabrikam\n"
      "verification_certificates: ['%stranger%', '%absent%']\n");
  EXPECT_EQ(in_short(check_until(0)), "error check.no-path; warning check.missing");
}

TEST_F(CheckTest, ARootThatExpiresTakesItsCertificatesAlong) {
  root_ = issue(
      {.subject = {{"CN", "Short"}}, .extensions = certificates::testing::ca_extensions(), .not_after = days(20)});
  ASSERT_TRUE(store_->add({StoreName::TrustedRoots, {}}, {root_.certificate}));
  put(StoreName::OtherPeople, make("partner", -1, 365, kSignature));
  configure(
      "kind: Group\nname: G\nrevocation: {policy: off}\n---\nkind: Party\nname: Fabrikam\n"
      "verification_certificates: ['%partner%']\n");
  EXPECT_EQ(in_short(check_until(19)), "");
  EXPECT_EQ(in_short(check_until(30)), "error check.no-path 20");
}

TEST_F(CheckTest, WhatIsAssignedButNotUsedIsAWarning) {
  make("own");
  make("partner");
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("enable_encryption: true"), 23, "enable_encryption: false");
  yaml.replace(yaml.find("signature_type: blob"), 20, "signature_type: none");
  configure(yaml);
  EXPECT_EQ(in_short(check_until(0)), "warning check.missing") << "nobody signs: there is no account to look into";
}

TEST_F(CheckTest, CertificatesOfAgreementsAreLookedAfter) {
  make("own");
  make("partner");
  const std::string agreement = R"(
kind: Host
name: Sender
account: contoso
---
kind: Party
name: Contoso
verification_certificates: [%partner%]
---
kind: SendPort
name: Orders
host: Sender
adapter: HTTP
settings: {url: 'https://as2.contoso.example/'}
pipeline: AS2Send
---
kind: Agreement
name: Contoso orders
us: {party: Us}
partner: {party: Contoso}
sending:
  as2_from: US
  as2_to: THEM
  send_ports: [Orders]
  signing_certificates: [%own%]
  encryption_certificates: [%partner%]
receiving: {verification_certificates: [%partner%]}
)";
  configure(agreement);
  std::string places;
  for (const Place& place : uses_->places()) {
    if (place.kind == artifacts::Kind::Agreement) places += place.where() + " in " + place.store_description() + "\n";
  }
  EXPECT_EQ(places,
            "Agreement Contoso orders, sending.encryption_certificates in OtherPeople store\n"
            "Agreement Contoso orders, sending.signing_certificates in Personal store of account contoso\n"
            "Agreement Contoso orders, receiving.verification_certificates in OtherPeople store\n");
  const auto missing = check_until(0);
  EXPECT_TRUE(std::ranges::any_of(missing, [](const Finding& finding) {
    return finding.code == "check.missing" && finding.where.find("sending.signing_certificates") != std::string::npos;
  })) << in_short(missing);
  put(StoreName::Personal, identities_.at("own"), "contoso");
  put(StoreName::OtherPeople, identities_.at("partner"));
  configure(agreement + "enabled: false\n");
  for (const Place& place : uses_->places()) {
    EXPECT_FALSE(place.kind == artifacts::Kind::Agreement && place.needed) << place.where();
  }
}

TEST_F(CheckTest, WhatALocationOfAs2NeedsIsLookedAfter) {
  make("own");
  make("key");
  const std::string yaml = R"(
kind: Group
name: G
signing_certificates: [%own%]
---
kind: Host
name: Edge
account: edge
decryption_certificates: [%key%]
---
kind: ReceivePort
name: AS2
locations:
  - {name: L, host: Edge, adapter: HTTP, settings: {path: /as2}, pipeline: AS2Receive}
---
kind: Agreement
name: A
us: {party: U}
partner: {party: P}
sending: {as2_from: U, as2_to: P, sign: false}
)";
  const auto place_of = [this](certificates::Usage usage) {
    const auto& places = uses_->places();
    const auto found = std::ranges::find(places, usage, &Place::usage);
    return found == places.end() ? Place() : *found;
  };
  configure(yaml);
  const Place decrypting = place_of(certificates::Usage::Decrypt);
  EXPECT_TRUE(decrypting.needed);
  EXPECT_FALSE(decrypting.expired_opens);
  EXPECT_EQ(decrypting.ports, std::vector<std::string>{"location L"});
  const Place signing = place_of(certificates::Usage::Sign);
  EXPECT_TRUE(signing.needed) << "receipts are signed where messages come in, whoever signs messages";
  EXPECT_EQ(signing.account, "edge");
  EXPECT_EQ(signing.ports, std::vector<std::string>{"receipts of Agreement A"});
  configure(yaml + "receiving: {receipt: {rule: agreement, signed: false}}\n");
  EXPECT_FALSE(place_of(certificates::Usage::Sign).needed);
  std::string opens = yaml;
  opens.insert(opens.find("pipeline: AS2Receive") + 20, ", as2_decoder: {allow_expired_decryption: true}");
  configure(opens);
  EXPECT_TRUE(place_of(certificates::Usage::Decrypt).expired_opens);
}

TEST_F(CheckTest, OrphansAreThoseThatNothingElseNames) {
  put(StoreName::OtherPeople, make("only"));
  put(StoreName::OtherPeople, make("shared"));
  const std::string sha256 = identities_.at("shared").certificate.thumbprint_sha256().to_hex();
  configure(
      "kind: Party\nname: Fabrikam\nverification_certificates: ['%only%', '%shared%']\n---\n"
      "kind: Host\nname: H\n---\nkind: SendPort\nname: P\nhost: H\nadapter: FILE\nsettings: {folder: /tmp/x}\n"
      "encryption_certificates: ['" +
      sha256 + "']\n");
  artifacts::ArtifactSet after = set_;
  ASSERT_TRUE(after.remove(artifacts::Kind::Party, "Fabrikam"));
  const auto found = orphaned(set_, after, *store_);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U) << "one certificate may be named by either thumbprint";
  EXPECT_EQ(found->front().short_name(), "only");
}

TEST_F(CheckTest, NamesApplicationsAndTrustedCertificatesThatAreNotThere) {
  make("server");
  put(StoreName::OtherPeople, make("old", -100, -1));
  put(StoreName::OtherPeople, make("good"));
  put(StoreName::IntermediateAuthorities, make("elsewhere"));
  configure(R"(
kind: SendPort
name: Orders
host: Default
adapter: HTTP
settings:
  url: https://partner.example/
  authentication: basic
  affiliate_application: ERP
  trusted_certificates: [%server%, %old%, %good%, %elsewhere%]
backup:
  adapter: SOAP
  settings: {url: "https://partner.example/soap", authentication: digest, affiliate_application: Partner}
---
kind: SendPort
name: Files
host: Default
adapter: SFTP
settings: {host: sftp.example, affiliate_application: Partner, folder: /in, check_host_key: false}
)");
  const auto found = check_references(set_.send_ports, {"Partner"}, *store_, kToday);
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(in_short(*found),
            "error check.no-application; error check.no-trusted-certificate; error check.no-trusted-certificate; "
            "error check.trusted-expired");
  EXPECT_EQ(found->front().where, "SendPort Orders, affiliate_application");
  EXPECT_NE(found->front().remedy.find("sealgate sso create ERP"), std::string::npos);
  const auto other = check_references(set_.send_ports, {"ERP"}, *store_, kToday);
  EXPECT_EQ(other->at(0).where, "SendPort Files, affiliate_application");
  EXPECT_EQ(other->at(1).where, "SendPort Orders, backup, affiliate_application");
}

}  // namespace
}  // namespace sealgate::audit
