// Agreements: what is read is what is written, presets are shown as what they stand for, and no two answer for one
// message.

#include <gtest/gtest.h>

#include <algorithm>

#include "artifacts/agreement_fields.h"
#include "artifacts/agreement_file_name.h"
#include "artifacts/agreement_resolution.h"
#include "artifacts/documents.h"
#include "artifacts/errors.h"
#include "artifacts/validate.h"

namespace sealgate::artifacts {
namespace {

using crypto::ContentCipher;
using crypto::DigestAlgorithm;

Time at(const char* text) {
  return *parse_rfc3339(text);
}
Time now() {
  return at("2026-11-21T12:00:00Z");
}

constexpr std::string_view kBase = R"(
kind: Group
name: Fabrikam
signing_certificate: 7F0E1D2C3B4A59687F0E1D2C3B4A59687F0E1D2C
---
kind: Host
name: Default
---
kind: Party
name: Fabrikam
profiles:
  - name: Buying
  - name: Selling
    description: what we sell
---
kind: Party
name: Contoso
verification_certificates:
  - 1111111111111111111111111111111111111111
weak_algorithms:
  - {algorithm: sha1, reason: "their gateway is old", until: 2027-06-30}
---
kind: SendPort
name: To Contoso
host: Default
adapter: HTTP
settings: {url: "https://as2.contoso.example/in"}
pipeline: AS2Send
---
kind: SendPort
name: To Contoso, too
host: Default
party: Contoso
adapter: HTTP
settings: {url: "https://as2.contoso.example/too"}
pipeline: AS2Send
)";

constexpr std::string_view kEverything = R"(
kind: Agreement
name: Everything
description: all settings
enabled: false
us: {party: Fabrikam, profile: Selling}
partner: {party: Contoso}
from: 2026-01-01
until: 2027-01-01
reporting: false
sending:
  as2_from: FABRIKAM
  as2_to: Contoso Europe
  as2_to_alias: CONTOSO-OLD
  send_ports: [To Contoso]
  sign: true
  digest: sha384
  pss: true
  signing_certificates: [2222222222222222222222222222222222222222]
  encrypt: true
  encryption_algorithm: aes256-gcm
  key_transport: rsa-oaep
  encryption_certificates:
    - {certificate: 3333333333333333333333333333333333333333, from: 2026-06-01}
  compression: before-signing
  revocation: require
  content_type: application/EDIFACT
  file_name_source: pattern
  file_name: "%FILE.ReceivedFileName%"
  require_file_name: true
  receipt:
    mode: async
    signed: true
    require_signed: true
    digests: [sha512, sha1]
    notify_to: as2@fabrikam.example
    delivery_url: https://as2.fabrikam.example/receipts?x=1
    timeout: 2h
    resends: 7
    stop_after: 3d
    publish: true
  retry:
    retry_count: 9
    retry_interval: 30s
    backoff: exponential
    maximum_retry_interval: 10m
    stop_after: 1d
  http: {check_server_name: false, expect_continue: 1s, keep_alive: false}
  archive: {encoded: true, decoded: true, receipts: true}
receiving:
  as2_from: CONTOSO-EU
  as2_to: FABRIKAM-EU
  require_signature: false
  require_encryption: true
  require_compression: true
  encryption_algorithms: [aes256-gcm, aes256-cbc]
  verification_certificates: [1111111111111111111111111111111111111111]
  revocation: prefer
  allow_expired_until: 2026-12-01
  duplicates: suspend
  remember_duplicates: 5d
  receipt:
    rule: agreement
    mode: async
    signed: true
    digest: sha512
    delivery_url: https://as2.contoso.example/receipts
    sign_when: always
    delivery_hosts: ["*.contoso.example", 10.1.2.3]
    text: "Received: thank you"
    retry: {retry_count: 1, retry_interval: 1m}
    http: {check_server_name: false, expect_continue: 2s, keep_alive: false}
  archive: {encoded: true, decoded: true, receipts: true}
compatibility:
  version: "1.3"
  quote_names: true
  features: [multiple-attachments]
  digest_names: hyphen
  attach_certificate: false
  transfer_encoding: base64
  chunked: false
  tolerate_line_ends: true
  gcm_in_enveloped_data: true
  mic_digest: first-listed
  mic_forms: [payload, wire]
  unsigned_receipts: true
  receipts_without_mic: true
contacts:
  - {name: Ada, email: ada@contoso.example, phone: "+49 30 1"}
properties:
  "Contract: no.": "4711"
  Service level: gold
)";

ArtifactSet set_of(const std::string& text) {
  ArtifactSet set;
  const auto documents = parse_documents(text, "agreements.yaml");
  EXPECT_TRUE(documents) << documents.error().to_string();
  if (!documents) return set;
  for (const SourcedArtifact& entry : *documents) set.put(entry.artifact);
  return set;
}

/// A small one; `more` are lines of the document, with their line feeds.
std::string small(const std::string& name, const std::string& us, const std::string& them,
                  const std::string& more = {}) {
  return "\n---\nkind: Agreement\nname: " + name +
         "\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: {as2_from: " + us + ", as2_to: " + them +
         "}\n" + more;
}

std::vector<Error> faults_of(const std::string& agreements) {
  return validate(set_of(std::string(kBase) + agreements), now());
}

/// The code of the only fault; "" when there is none.
std::string fault_of(const std::string& agreements) {
  const auto faults = faults_of(agreements);
  std::string codes;
  for (const Error& fault : faults) {
    EXPECT_FALSE(fault.what.empty() || fault.remedy.empty()) << fault.to_string();
    codes.append(codes.empty() ? "" : " ").append(fault.code.id);
  }
  return codes;
}

TEST(Agreements, EverySettingIsReadAndWrittenBackEqual) {
  const ArtifactSet set = set_of(std::string(kBase) + "---" + std::string(kEverything));
  for (const Error& fault : validate(set, now())) ADD_FAILURE() << fault.to_string();
  const Agreement* read = set.find_agreement("Everything");
  ASSERT_NE(read, nullptr);
  const std::string yaml = to_yaml(*read);
  const auto again = parse_documents(yaml, "written");
  ASSERT_TRUE(again) << again.error().to_string() << "\n" << yaml;
  EXPECT_EQ(again->front().artifact, Artifact(*read)) << yaml;
  EXPECT_EQ(to_yaml(again->front().artifact), yaml);

  EXPECT_EQ(read->us, (AgreementSide{"Fabrikam", "Selling"}));
  EXPECT_EQ(read->sending.encryption_algorithm, ContentCipher::Aes256Gcm);
  EXPECT_EQ(read->sending.receipt.digests, (std::vector{DigestAlgorithm::Sha512, DigestAlgorithm::Sha1}));
  EXPECT_EQ(read->sending.receipt.stop_after, std::chrono::hours(72));
  ASSERT_TRUE(read->sending.retry);
  EXPECT_EQ(read->sending.retry->count, 9);
  EXPECT_EQ(read->sending.retry_stop_after, std::chrono::hours(24));
  EXPECT_EQ(read->sending.http.expect_continue, std::chrono::seconds(1));
  EXPECT_EQ(read->receiving.as2_from, "CONTOSO-EU");
  EXPECT_EQ(read->receiving.duplicates, DuplicateRule::Suspend);
  EXPECT_EQ(read->receiving.receipt.retry.count, 1);
  EXPECT_EQ(read->compatibility.mic_forms, (std::vector{as2::MicForm::Payload, as2::MicForm::Wire}));
  EXPECT_EQ(read->properties.at("Contract: no."), "4711");
}

/// A field that nobody reads or writes would be found by its default alone.
TEST(Agreements, EverySettingOfThatDocumentIsUnusual) {
  const ArtifactSet set = set_of(std::string(kBase) + "---" + std::string(kEverything));
  const Agreement* read = set.find_agreement("Everything");
  ASSERT_NE(read, nullptr);
  const auto differ = [](const auto& settings, std::string_view part, std::vector<std::string_view> usual_ones) {
    const std::remove_cvref_t<decltype(settings)> usual;
    each_agreement_field(settings, [&](std::string_view name, const auto& value, auto...) {
      each_agreement_field(usual, [&](std::string_view usual_name, const auto& usual_value, auto...) {
        if constexpr (std::is_same_v<decltype(value), decltype(usual_value)>) {
          if (name != usual_name || std::ranges::find(usual_ones, name) != usual_ones.end()) return;
          EXPECT_FALSE(value == usual_value) << part << "." << name;
        }
      });
    });
  };
  differ(read->sending, "sending", {"sign", "encrypt"});
  differ(read->sending.receipt, "sending.receipt", {"signed"});
  differ(read->sending.http, "sending.http", {});
  differ(read->sending.archive, "sending.archive", {});
  differ(read->receiving, "receiving", {"require_encryption"});
  differ(read->receiving.receipt, "receiving.receipt", {"signed"});
  differ(read->receiving.receipt.http, "receiving.receipt.http", {});
  differ(read->receiving.archive, "receiving.archive", {});
  differ(read->compatibility, "compatibility", {"takes_gcm", "takes_oaep", "takes_pss"});
}

TEST(Agreements, TheOtherDirectionHasTheNamesSwapped) {
  const ArtifactSet set = set_of(std::string(kBase) + small("Orders", "US", "THEM"));
  const Agreement* read = set.find_agreement("Orders");
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->receiving.as2_from, "THEM");
  EXPECT_EQ(read->receiving.as2_to, "US");
  EXPECT_TRUE(read->receiving.require_signature && read->receiving.require_encryption && read->sending.sign);
  const ArtifactSet other = set_of(std::string(kBase) + small("Orders", "US", "THEM", "receiving: {as2_to: US2}\n"));
  EXPECT_EQ(other.find_agreement("Orders")->receiving.as2_from, "THEM");
  EXPECT_EQ(other.find_agreement("Orders")->receiving.as2_to, "US2");
}

TEST(Agreements, APresetIsShownAsTheSettingsItStandsFor) {
  ASSERT_FALSE(compatibility_presets().empty());
  EXPECT_TRUE(std::ranges::is_sorted(compatibility_presets(), {}, &CompatibilityPreset::name));
  for (const CompatibilityPreset& preset : compatibility_presets()) {
    const std::string name(preset.name);
    EXPECT_EQ(preset.settings.preset, preset.name);
    EXPECT_NE(preset_list().find(name), std::string::npos);
    const ArtifactSet set =
        set_of(std::string(kBase) + small("Orders", "US", "THEM", "compatibility: {preset: " + name + "}\n"));
    const Agreement* read = set.find_agreement("Orders");
    ASSERT_NE(read, nullptr) << name;
    EXPECT_EQ(read->compatibility, preset.settings) << name;
    const std::string yaml = to_yaml(*read);
    each_agreement_field(preset.settings, [&](std::string_view field, const auto&, auto...) {
      EXPECT_NE(yaml.find("\n  " + std::string(field) + ":"), std::string::npos) << name << ": " << field << "\n"
                                                                                 << yaml;
    });
    const auto again = parse_documents(yaml, "written");
    ASSERT_TRUE(again) << again.error().to_string();
    EXPECT_EQ(again->front().artifact, Artifact(*read)) << yaml;
  }
}

TEST(Agreements, APresetMayBeChangedInPlaces) {
  const ArtifactSet set = set_of(
      std::string(kBase) +
      small("Orders", "US", "THEM", "compatibility: {preset: phase2, mic_forms: [], receipts_without_mic: true}\n"));
  const Compatibility& settings = set.find_agreement("Orders")->compatibility;
  EXPECT_TRUE(settings.mic_forms.empty());
  EXPECT_TRUE(settings.receipts_without_mic);
  EXPECT_TRUE(settings.gcm_in_enveloped_data) << "the rest is the preset's";
  EXPECT_FALSE(settings.chunked) << "phase2 6.0.0 does not open what comes chunked";
}

TEST(Agreements, WhatOnlyTheSetCanTell) {
  EXPECT_EQ(fault_of(small("A", "US", "THEM")), "");
  EXPECT_EQ(
      fault_of("\n---\nkind: Agreement\nname: A\nus: {party: Nobody}\npartner: {party: Contoso, profile: North}\n"
               "sending: {as2_from: A, as2_to: B}\n"),
      "artifacts.missing-reference artifacts.missing-reference");
  const auto with_port = [](const std::string& settings) {
    return "\n---\nkind: Agreement\nname: A\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: {as2_from: "
           "A, "
           "as2_to: B, " +
           settings + "}\n";
  };
  EXPECT_EQ(fault_of(with_port("send_ports: [Nowhere]")), "artifacts.missing-reference");
  EXPECT_EQ(fault_of(with_port("send_ports: [To Contoso]")), "artifacts.no-encryption-certificate");
  EXPECT_EQ(fault_of(with_port("send_ports: [To Contoso], encrypt: false")), "");
  EXPECT_EQ(fault_of(with_port("digest: md5")), "artifacts.weak-algorithm");
  EXPECT_EQ(fault_of(with_port("digest: sha1")), "") << "the party allows it";
  EXPECT_EQ(fault_of(with_port("receipt: {digests: [sha256, md5]}")), "artifacts.weak-algorithm");
  EXPECT_EQ(fault_of(with_port("sign: false, digest: md5")), "") << "nothing is signed by it";
  EXPECT_EQ(fault_of(small("A", "US", "THEM", "receiving: {encryption_algorithms: [3des]}\n")),
            "artifacts.weak-algorithm");
  EXPECT_EQ(fault_of(small("A", "US", "THEM",
                           "receiving: {verification_certificates: [9999999999999999999999999999999999999999]}\n")),
            "artifacts.missing-reference");
  EXPECT_EQ(fault_of("\n---\nkind: SendPort\nname: Files\nhost: Default\nadapter: FILE\nsettings: {folder: /out}\n" +
                     with_port("send_ports: [Files], encrypt: false")),
            "artifacts.contradiction");
  EXPECT_EQ(fault_of("\n---\nkind: SendPort\nname: Plain\nhost: Default\nadapter: HTTP\nsettings: {url: "
                     "\"http://contoso.example/\"}\n" +
                     with_port("send_ports: [Plain], encrypt: false")),
            "artifacts.contradiction")
      << "it would go out in clear";
  EXPECT_EQ(fault_of("\n---\nkind: Agreement\nname: A\nus: {party: Contoso}\npartner: {party: Fabrikam}\nsending: "
                     "{as2_from: A, as2_to: B, send_ports: [\"To Contoso, too\"], encrypt: false}\n"),
            "artifacts.contradiction")
      << "the port belongs to the other party";
}

TEST(Agreements, SigningNeedsACertificate) {
  std::string base(kBase);
  base.erase(0, base.find("---") + 3);  // no group
  const auto codes = [&](const std::string& agreement) {
    std::string text;
    for (const Error& fault : validate(set_of(base + agreement), now())) text += std::string(fault.code.id) + " ";
    return text;
  };
  EXPECT_EQ(codes(small("A", "US", "THEM")), "artifacts.no-signing-certificate ");
  EXPECT_EQ(codes("\n---\nkind: Agreement\nname: A\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: "
                  "{as2_from: A, as2_to: B, signing_certificates: [2222222222222222222222222222222222222222]}\n"),
            "");
  const std::string unsigned_one =
      "\n---\nkind: Agreement\nname: A\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: {as2_from: A, "
      "as2_to: B, sign: false}\nreceiving: {receipt: ";
  EXPECT_EQ(codes(unsigned_one + "{rule: agreement, mode: sync}}\n"), "artifacts.no-signing-certificate ");
  EXPECT_EQ(codes(unsigned_one + "{rule: agreement, mode: sync, signed: false}}\n"), "");
  EXPECT_EQ(codes(unsigned_one + "{rule: headers}}\n"), "");
}

TEST(Agreements, TwoForOneMessageAreRefused) {
  const std::string ambiguous = "artifacts.ambiguous-agreement";
  EXPECT_EQ(fault_of(small("A", "US", "THEM") + small("B", "US", "THEM")), ambiguous + " " + ambiguous)
      << "on the way in and on the way out";
  EXPECT_EQ(fault_of(small("A", "US", "THEM") + small("B", "US", "them")), "") << "names are compared with case";
  EXPECT_EQ(fault_of(small("A", "US", "THEM") + small("B", "THEM", "US")), "") << "both ends of a loop";
  EXPECT_EQ(fault_of(small("A", "US", "THEM") + small("B", "US", "THEM2", "receiving: {as2_from: THEM}\n")),
            ambiguous);
  EXPECT_EQ(fault_of(small("A", "US", "THEM") + small("B", "US", "THEM", "enabled: false\n")), "");
  // One may follow the other without a gap, and without a moment in common.
  EXPECT_EQ(
      fault_of(small("A", "US", "THEM", "until: 2027-01-01\n") + small("B", "US", "THEM", "from: 2027-01-01\n")), "");
  EXPECT_EQ(fault_of(small("A", "US", "THEM", "until: 2027-01-01T00:00:00.001Z\n") +
                     small("B", "US", "THEM", "from: 2027-01-01\n")),
            ambiguous + " " + ambiguous);
  EXPECT_EQ(fault_of(small("A", "US", "THEM", "from: 2027-01-01\nuntil: 2027-03-01\n") + small("B", "US", "THEM")),
            ambiguous + " " + ambiguous);
  const auto faults =
      faults_of(small("A", "US", "THEM") + small("B", "US", "THEM2", "receiving: {as2_from: THEM}\n"));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_NE(faults[0].what.find("'A'"), std::string::npos) << faults[0].what;
  EXPECT_NE(faults[0].what.find("from 'THEM' to 'US'"), std::string::npos) << faults[0].what;
}

TEST(Agreements, PortsAndAliasesBelongToOne) {
  const auto one = [](const std::string& name, const std::string& to, const std::string& more) {
    return "\n---\nkind: Agreement\nname: " + name +
           "\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: {as2_from: US, as2_to: " + to +
           ", encrypt: false, " + more + "}\n";
  };
  EXPECT_EQ(fault_of(one("A", "T1", "send_ports: [To Contoso]") + one("B", "T2", "send_ports: [To Contoso]")),
            "artifacts.ambiguous-agreement");
  EXPECT_EQ(fault_of(one("A", "T1", "as2_to_alias: X") + one("B", "T2", "as2_to_alias: X")),
            "artifacts.ambiguous-agreement");
  EXPECT_EQ(fault_of(one("A", "T1", "as2_to_alias: X") + one("B", "T2", "as2_to_alias: x")), "");
}

std::string name_of_found(const Result<const Agreement*>& found) {
  return found ? (*found)->name : std::string(found.error().code.id);
}

TEST(AgreementResolution, OfWhatComesIn) {
  const ArtifactSet set =
      set_of(std::string(kBase) + small("Old", "US", "THEM", "until: 2026-06-01\n") +
             small("Now", "US", "THEM", "from: 2026-06-01\nuntil: 2027-06-01\n") +
             small("Loop", "THEM", "US", "from: 2026-06-01\n") + small("Off", "US", "OFF", "enabled: false\n") +
             small("Split", "US", "SPLIT", "receiving: {as2_from: SPLIT-OUT}\n"));
  for (const Error& fault : validate(set, now())) ADD_FAILURE() << fault.to_string();
  const auto message = [&](const char* from, const char* to, Time time) {
    return name_of_found(resolve_incoming_message(set, from, to, time));
  };
  EXPECT_EQ(message("THEM", "US", now()), "Now");
  EXPECT_EQ(message("US", "THEM", now()), "Loop") << "the partner of that one is us, seen from the other end";
  EXPECT_EQ(message("THEM", "US", at("2026-05-31T23:59:59Z")), "Old");
  EXPECT_EQ(message("THEM", "US", at("2026-06-01T00:00:00Z")), "Now");
  EXPECT_EQ(message("THEM", "US", at("2027-06-01T00:00:00Z")), "artifacts.no-agreement");
  EXPECT_EQ(message("them", "US", now()), "artifacts.no-agreement");
  EXPECT_EQ(message("", "", now()), "artifacts.no-agreement");
  EXPECT_EQ(message("OFF", "US", now()), "artifacts.no-agreement");
  EXPECT_EQ(message("SPLIT-OUT", "US", now()), "Split");
  EXPECT_EQ(message("SPLIT", "US", now()), "artifacts.no-agreement");
  const auto off = resolve_incoming_message(set, "OFF", "US", now());
  ASSERT_FALSE(off);
  EXPECT_NE(off.error().what.find("is disabled"), std::string::npos) << off.error().what;
  const auto over = resolve_incoming_message(set, "THEM", "US", at("2028-01-01T00:00:00Z"));
  ASSERT_FALSE(over);
  EXPECT_NE(over.error().what.find("'Now' ended on 2027-06-01"), std::string::npos) << over.error().what;
  const auto found = resolve_incoming_message(set, "THEM", "US", now());
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->us.party, "Fabrikam");
  EXPECT_EQ((*found)->partner.party, "Contoso");

  const auto receipt = [&](const char* from, const char* to, Time time) {
    return name_of_found(resolve_incoming_receipt(set, from, to, time));
  };
  EXPECT_EQ(receipt("THEM", "US", now()), "Now");
  EXPECT_EQ(receipt("SPLIT", "US", now()), "Split") << "of the name that the message went to";
  EXPECT_EQ(receipt("THEM", "US", at("2028-01-01T00:00:00Z")), "Now") << "what was sent is still acknowledged";
  EXPECT_EQ(receipt("OFF", "US", now()), "Off");
  EXPECT_EQ(receipt("SPLIT-OUT", "US", now()), "artifacts.no-agreement");
}

TEST(AgreementResolution, OfWhatGoesOut) {
  const auto one = [](const std::string& name, const std::string& to, const std::string& more) {
    return "\n---\nkind: Agreement\nname: " + name +
           "\nus: {party: Fabrikam}\npartner: {party: Contoso}\nsending: {as2_from: US, as2_to: " + to +
           ", encrypt: false" + more + "}\n";
  };
  ArtifactSet set = set_of(std::string(kBase) + one("Orders", "ORDERS", ", send_ports: [To Contoso]") +
                           one("Prices", "PRICES", ", as2_to_alias: OLD-PRICES"));
  for (const Error& fault : validate(set, now())) ADD_FAILURE() << fault.to_string();
  const auto found = [&](const OutgoingNames& names) {
    return name_of_found(resolve_outgoing_message(set, names, now()));
  };
  EXPECT_EQ(found({"US", "PRICES", "To Contoso"}), "Prices") << "the message's names come first";
  EXPECT_EQ(found({"", "OLD-PRICES", "To Contoso"}), "Prices") << "then the alias";
  EXPECT_EQ(found({"", "", "To Contoso"}), "Orders") << "then the port";
  EXPECT_EQ(found({"US", "NOBODY", "To Contoso"}), "artifacts.no-agreement") << "wrong names do not fall back";
  EXPECT_EQ(found({"OTHER", "PRICES", "To Contoso"}), "artifacts.no-agreement");
  EXPECT_EQ(found({"", "", "Nowhere"}), "artifacts.no-agreement");
  EXPECT_EQ(found({"", "", ""}), "artifacts.no-agreement");
  EXPECT_EQ(found({"", "", "To Contoso, too"}), "artifacts.ambiguous-agreement") << "its party has two";
  set.remove(Kind::Agreement, "Orders");
  EXPECT_EQ(found({"", "", "To Contoso, too"}), "Prices") << "its party has one";
  EXPECT_EQ(found({"", "", "To Contoso"}), "artifacts.no-agreement") << "it names no party";
}

TEST(AgreementFileNames, ComeFromProperties) {
  messaging::MessageContext context;
  context.write("FILE.ReceivedFileName", std::string("/in/../secret/order 7.xml"));
  context.promote("Orders.Number", std::int64_t{7});
  const auto expand = [&](std::string_view pattern) { return expand_file_name(pattern, context).name; };
  EXPECT_EQ(expand("%FILE.ReceivedFileName%"), "order 7.xml");
  EXPECT_EQ(expand("order-%Orders.Number%.xml"), "order-7.xml");
  EXPECT_EQ(expand("100%"), "100%");
  EXPECT_EQ(expand("%%Orders.Number%"), "%7");
  EXPECT_EQ(expand("../x"), "x");
  const auto missing = expand_file_name("a%Orders.Customer%b%Orders.Other%", context);
  EXPECT_EQ(missing.name, "ab");
  EXPECT_EQ(missing.missing, "Orders.Customer");
  context.write("Orders.Customer", std::string("a\r\nX: y/../.."));
  EXPECT_EQ(expand_file_name("%Orders.Customer%", context).name.find_first_of("\r\n/"), std::string::npos);

  EXPECT_TRUE(check_file_name_pattern("%A.B%-%C.D%.xml"));
  EXPECT_TRUE(check_file_name_pattern("plain.xml"));
  for (const std::string& bad :
       {std::string(), std::string("%MessageID%"), std::string("%.x%"), std::string("%x.%"), std::string(257, 'x')}) {
    EXPECT_FALSE(check_file_name_pattern(bad)) << bad;
  }
}

}  // namespace
}  // namespace sealgate::artifacts
