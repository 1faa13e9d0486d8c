// Documents: what is read is what is written, and every bad one gives its own error at its own place.

#include "artifacts/documents.h"
#include "artifacts/built_in_pipelines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "artifacts/artifact_store.h"
#include "artifacts/errors.h"
#include "artifacts/scalars.h"
#include "artifacts/tests/memory_artifact_store.h"
#include "artifacts/validate.h"

namespace sealgate::artifacts {
namespace {

constexpr std::string_view kComplete = R"(
kind: Group
name: Fabrikam
signing_certificate: 7F0E1D2C3B4A59687F0E1D2C3B4A59687F0E1D2C
keep_completed: 2h
---
kind: Host
name: Default
description: "everything: in and out"
account: fabrikam
decryption_certificates:
  - "7f 0e 1d 2c 3b 4a 59 68 7f 0e 1d 2c 3b 4a 59 68 7f 0e 1d 2d"
  - 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
---
kind: Party
name: Contoso
verification_certificates:
  - 1111111111111111111111111111111111111111
aliases:
  - name: Account
    qualifier: WindowsUser
    value: CONTOSO\gateway
weak_algorithms:
  - algorithm: 3DES
    reason: "their gateway is from 2009: no AES"
    until: 2027-06-30
  - algorithm: sha-1
    reason: same
    until: 2027-06-30T12:00:00.500Z
  - algorithm: RSA-1024
    reason: same
    until: 2027-06-30
---
kind: ReceivePort
name: Orders
authentication: keep
locations:
  - name: Orders HTTP
    host: Default
    adapter: HTTP
    settings:
      path: /orders
      suspend_failed_requests: false
      maximum_body: 64MiB
    pipeline: SMIMEReceive
    decoder:
      body_part_index: 2
      body_part_content_type: application/xml
      check_revocation: false
      check_extended_key_usage: false
      require_signature: true
    party_resolution:
      resolve_by_sid: false
  - name: Orders FILE
    enabled: false
    host: Default
    adapter: FILE
    settings:
      folder: /var/in
      mask:
        - "*.p7m"
        - "*.p7s"
      exclude:
        - draft*
      ignore_case: true
      polling_interval: 250ms
      stable_for: 2s
      marker: .done
      rename_while_reading: true
      skip_read_only: false
      batch_size: 1
      batch_bytes: 1MiB
      readers: 4
    pipeline: SMIMEReceive
---
kind: SendPort
name: "Orders to disk #1"
state: stopped
host: Default
adapter: FILE
settings:
  folder: /var/out
  file_name: "%SourceFileName%"
  copy_mode: overwrite
  temporary_folder: /var/spool
  create_folder: true
filter: BTS.ReceivePortName == "Orders" and Party.Name == 'Contoso' or BTS.InterchangeSequenceNumber >= 5
---
kind: SendPort
name: Back
host: Default
party: Contoso
adapter: HTTP
settings:
  url: https://contoso.example:8443/in?x=1
  chunked: false
  timeout: 90s
pipeline: SMIMETransmit
encoder:
  signature_type: clear
  digest: sha1
  enable_encryption: true
  encryption_algorithm: 3des
  key_transport: rsa-oaep
  compression: before-signing
  transfer_encoding: binary
  send_body_as_attachment: true
  add_signing_certificate: false
  check_revocation: false
  content_type: application/edifact
encryption_certificates:
  - 1111111111111111111111111111111111111111
retry_count: 0
retry_interval: 0
backoff: exponential
maximum_retry_interval: 1d
)";

constexpr std::string_view kDelivery = R"(
kind: Group
name: Fabrikam
keep_tracking: 90d
maximum_tracking: 10GiB
disk_watermark: 0
keep_revisions: 50
---
kind: Host
name: Default
---
kind: ReceivePort
name: Prices
two_way: true
route_failed_messages: true
tracking:
  bodies: [after-send-pipeline, before-receive-pipeline]
locations:
  - name: Prices HTTP
    host: Default
    adapter: HTTP
    settings: {path: /prices}
    service_window: {start: "22:00", stop: "06:00"}
    response_pipeline:
      pipeline: SMIMETransmit
      encoder: {enable_encryption: true}
    response_encryption_certificates:
      - 1111111111111111111111111111111111111111
    response_timeout: 2m
---
kind: SendPort
name: Night
host: Default
adapter: HTTP
settings: {url: "https://contoso.example/in"}
retry_count: 5
backup:
  adapter: FILE
  settings: {folder: /var/backup}
  retry_count: 1000
  retry_interval: 1m
  backoff: exponential
  service_window: {start: "00:00", stop: "24:00", days: [sun]}
service_window:
  start: "08:00"
  stop: "18:30"
  days: [FRI, mon, tue]
  time_zone: Europe/Berlin
priority: 1
maximum_concurrency: 256
circuit_breaker: {failures: 1000, pause: 1h}
route_failed_messages: true
acknowledge: true
tracking:
  events: false
  bodies: [before-send-pipeline]
---
kind: SendPort
name: Ordered
host: Default
adapter: FILE
settings: {folder: /var/out}
ordered_delivery: {on_failure: continue}
circuit_breaker: {}
---
kind: SendPort
name: Ask
host: Default
two_way: true
adapter: HTTP
settings: {url: "https://contoso.example/ask"}
ordered_delivery: {on_failure: stop}
response_pipeline:
  pipeline: SMIMEReceive
  decoder: {require_signature: true}
tracking:
  bodies: [after-receive-pipeline]
---
kind: SendPort
name: Anywhere
host: Default
dynamic: true
---
kind: SendPort
name: Anywhere by HTTP
host: Default
dynamic: true
two_way: true
adapter: HTTP
settings: {}
---
kind: SendPort
name: By HTTP
host: Default
adapter: HTTP
settings:
  url: https://contoso.example/in
  chunked: false
  timeout: 2m
  content_type: application/xml
  authentication: ntlm
  user: "CORP\\alice"
  password_source: credential:contoso
  client_certificate: 1111111111111111111111111111111111111111
  trusted_certificates: [2222222222222222222222222222222222222222, 3333333333333333333333333333333333333333]
  minimum_tls: "1.3"
  check_server_name: false
  http2: false
  proxy: http://proxy.example:3128
  proxy_user: carol
  proxy_password_source: file:/etc/sealgate/proxy
  redirects: 3
  expect_continue: 1s
  gzip_request: true
  gzip_response: true
  maximum_response: 4MiB
  connect_timeout: 5s
  tls_timeout: 6s
  stall_timeout: 7s
  answer_timeout: 8s
---
kind: SendPortGroup
name: Everybody
description: both of them
state: stopped
filter: BTS.ReceivePortName == "Prices"
send_ports: [Ordered, Night]
---
kind: SendPortGroup
name: Nobody
)";

Time now() {
  return *parse_rfc3339("2026-11-21T08:00:00Z");
}

ArtifactSet set_of(const std::vector<SourcedArtifact>& artifacts) {
  ArtifactSet set;
  for (const SourcedArtifact& entry : artifacts) set.put(entry.artifact);
  return set;
}

TEST(Documents, EverySettingIsReadAndTheSetIsValid) {
  const auto documents = parse_documents(kComplete, "all.yaml");
  ASSERT_TRUE(documents) << documents.error().to_string();
  ASSERT_EQ(documents->size(), 6U);
  const ArtifactSet set = set_of(*documents);
  EXPECT_EQ(validate(set, now()).size(), 0U);
  EXPECT_EQ(set.group->keep_completed, std::chrono::hours(2));
  EXPECT_EQ(set.hosts[0].decryption_certificates.size(), 2U);
  EXPECT_EQ(set.hosts[0].account, "fabrikam");
  const Party* party = set.find_party_by_alias("windowsuser", "contoso\\GATEWAY");
  ASSERT_NE(party, nullptr);
  EXPECT_TRUE(allows_weak(party, "3des", now()));
  EXPECT_TRUE(allows_weak(party, "sha1", now()));
  EXPECT_TRUE(allows_weak(party, "rsa-1024", now()));
  EXPECT_FALSE(allows_weak(party, "md5", now()));
  EXPECT_FALSE(allows_weak(party, "3des", *parse_rfc3339("2027-06-30T00:00:00Z")));
  EXPECT_FALSE(allows_weak(nullptr, "3des", now()));
  EXPECT_EQ(set.find_party_by_certificate(*Thumbprint::parse(std::string(40, '1')), Time{}), party);
  const ReceivePort* orders = set.find_receive_port("Orders");
  ASSERT_NE(orders, nullptr);
  ASSERT_EQ(orders->locations.size(), 2U);
  EXPECT_EQ(std::get<HttpReceiveSettings>(orders->locations[0].transport).maximum_body, 64U << 20);
  const auto receives = components_of(set, orders->locations[0].pipeline);
  ASSERT_TRUE(receives);
  EXPECT_EQ(find_settings<DecoderSettings>(*receives)->body_part_index, 2);
  EXPECT_FALSE(find_settings<PartyResolutionSettings>(*receives)->resolve_by_sid);
  EXPECT_EQ(address(orders->locations[1].transport), "/var/in/*.p7m,*.p7s");
  const SendPort* back = set.find_send_port("Back");
  ASSERT_NE(back, nullptr);
  const auto sends = components_of(set, back->pipeline);
  ASSERT_TRUE(sends);
  EXPECT_EQ(find_settings<EncoderSettings>(*sends)->encryption_algorithm, crypto::ContentCipher::Des3Cbc);
  EXPECT_EQ(back->retry.maximum_interval, std::chrono::hours(24));
  EXPECT_EQ(set.find_send_port("Orders to disk #1")->filter.groups.size(), 2U);
}

TEST(Documents, EverySettingOfDeliveryIsRead) {
  const auto documents = parse_documents(kDelivery, "delivery.yaml");
  ASSERT_TRUE(documents) << documents.error().to_string();
  const ArtifactSet set = set_of(*documents);
  for (const Error& fault : validate(set, now())) ADD_FAILURE() << fault.to_string();
  EXPECT_EQ(set.group->keep_tracking, std::chrono::hours(24 * 90));
  EXPECT_EQ(set.group->maximum_tracking, std::uint64_t{10} << 30);
  EXPECT_EQ(set.group->disk_watermark, 0U);
  EXPECT_EQ(set.group->keep_revisions, 50);
  const ReceivePort* prices = set.find_receive_port("Prices");
  ASSERT_NE(prices, nullptr);
  EXPECT_TRUE(prices->two_way && prices->route_failed_messages);
  EXPECT_EQ(prices->tracking, (Tracking{true, true, false, false, true}));
  EXPECT_EQ(prices->locations[0].service_window, (ServiceWindow{22 * 60, 6 * 60, {}, "UTC"}));
  EXPECT_EQ(prices->locations[0].response_pipeline.name, "SMIMETransmit");
  EXPECT_EQ(prices->locations[0].response_timeout, std::chrono::minutes(2));
  const SendPort* night = set.find_send_port("Night");
  ASSERT_NE(night, nullptr);
  using std::chrono::Friday, std::chrono::Monday, std::chrono::Tuesday, std::chrono::Sunday;
  EXPECT_EQ(night->service_window, (ServiceWindow{480, 1110, {Monday, Tuesday, Friday}, "Europe/Berlin"}));
  ASSERT_TRUE(night->backup);
  EXPECT_EQ(address(night->backup->transport), "/var/backup/%MessageID%.xml");
  EXPECT_EQ(night->backup->retry,
            (RetryPolicy{1000, std::chrono::minutes(1), Backoff::Exponential, std::chrono::hours(1)}));
  EXPECT_EQ(night->backup->service_window, (ServiceWindow{0, 1440, {Sunday}, "UTC"}));
  EXPECT_EQ(night->retry.count, 5);
  EXPECT_EQ(night->priority, 1);
  EXPECT_EQ(night->maximum_concurrency, 256);
  EXPECT_EQ(night->circuit_breaker, (CircuitBreaker{1000, std::chrono::hours(1)}));
  EXPECT_TRUE(night->route_failed_messages && night->acknowledge);
  EXPECT_EQ(night->tracking, (Tracking{false, false, false, true, false}));
  EXPECT_EQ(set.find_send_port("Ordered")->ordered_delivery, OrderedFailure::Continue);
  EXPECT_EQ(set.find_send_port("Ordered")->circuit_breaker, CircuitBreaker{});
  EXPECT_EQ(set.find_send_port("Ask")->ordered_delivery, OrderedFailure::Stop);
  const auto answers = components_of(set, set.find_send_port("Ask")->response_pipeline);
  ASSERT_TRUE(answers);
  EXPECT_TRUE(find_settings<DecoderSettings>(*answers)->require_signature);
  EXPECT_TRUE(set.find_send_port("Anywhere")->dynamic);
  EXPECT_EQ(adapter_name(set.find_send_port("Anywhere by HTTP")->transport), "HTTP");
  const SendPortGroup* everybody = set.find_send_port_group("Everybody");
  ASSERT_NE(everybody, nullptr);
  EXPECT_EQ(everybody->state, SendPortState::Stopped);
  EXPECT_EQ(everybody->send_ports, (std::vector<std::string>{"Ordered", "Night"}));
  EXPECT_TRUE(set.find_send_port_group("Nobody")->filter.empty());
}

TEST(Documents, EverySettingOfHttpSendIsRead) {
  const auto documents = parse_documents(kDelivery, "delivery.yaml");
  ASSERT_TRUE(documents) << documents.error().to_string();
  HttpSendSettings wanted;
  wanted.url = "https://contoso.example/in";
  wanted.chunked = false;
  wanted.timeout = std::chrono::minutes(2);
  wanted.content_type = "application/xml";
  wanted.authentication = HttpAuthentication::Ntlm;
  wanted.user = "CORP\\alice";
  wanted.password_source = "credential:contoso";
  wanted.client_certificate = *Thumbprint::parse(std::string(40, '1'));
  wanted.trusted_certificates = {*Thumbprint::parse(std::string(40, '2')), *Thumbprint::parse(std::string(40, '3'))};
  wanted.minimum_tls = TlsVersion::Tls13;
  wanted.check_server_name = false;
  wanted.http2 = false;
  wanted.proxy = "http://proxy.example:3128";
  wanted.proxy_user = "carol";
  wanted.proxy_password_source = "file:/etc/sealgate/proxy";
  wanted.redirects = 3;
  wanted.expect_continue = std::chrono::seconds(1);
  wanted.gzip_request = true;
  wanted.gzip_response = true;
  wanted.maximum_response = std::uint64_t{4} << 20;
  wanted.connect_timeout = std::chrono::seconds(5);
  wanted.tls_timeout = std::chrono::seconds(6);
  wanted.stall_timeout = std::chrono::seconds(7);
  wanted.answer_timeout = std::chrono::seconds(8);
  const ArtifactSet set = set_of(*documents);
  EXPECT_EQ(std::get<HttpSendSettings>(set.find_send_port("By HTTP")->transport), wanted);
}

TEST(Documents, WhatIsWrittenReadsBackEqualAndIsStable) {
  auto documents = parse_documents(kComplete, "all.yaml");
  const auto more = parse_documents(kDelivery, "delivery.yaml");
  ASSERT_TRUE(documents && more);
  documents->insert(documents->end(), more->begin(), more->end());
  for (const SourcedArtifact& entry : *documents) {
    const std::string yaml = to_yaml(entry.artifact);
    const auto again = parse_documents(yaml, "written");
    ASSERT_TRUE(again) << again.error().to_string() << "\n" << yaml;
    ASSERT_EQ(again->size(), 1U);
    EXPECT_EQ(again->front().artifact, entry.artifact) << yaml;
    EXPECT_EQ(to_yaml(again->front().artifact), yaml);
  }
}

TEST(Documents, AwkwardTextSurvivesWriting) {
  for (const std::string text : {"yes",         "null",   "5",     "- x", "a: b", "a #b", "#a", "'q'", "\"q\"",
                                 "back\\slash", "é ü 漢", "[x]",   "{x}", "*x",   "&x",   "!x", "%x",  "@x",
                                 "`x`",         "a,b",    "ends:", "|",   ">",    "a  b", "~",  "0x10"}) {
    SendPort port;
    port.name = text;
    port.host = text;
    port.description = text;
    port.transport = FileSendSettings{.folder = "/" + text};
    const auto again = parse_documents(to_yaml(port), "written");
    ASSERT_TRUE(again) << text << ": " << again.error().to_string() << to_yaml(port);
    EXPECT_EQ(again->front().artifact, Artifact(port)) << to_yaml(port);
  }
}

TEST(Documents, EveryBadOneGivesItsErrorAtItsPlace) {
  const std::filesystem::path folder = std::filesystem::path(SEALGATE_SOURCE_DIR) / "src/artifacts/tests/bad";
  std::ifstream expected(folder / "expected.txt");
  ASSERT_TRUE(expected);
  std::set<std::string> seen;
  for (std::string line; std::getline(expected, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string name, code, place;
    words >> name >> code >> place;
    seen.insert(name);
    const std::string path = (folder / name).string();
    const auto documents = load_documents({path});
    Error error{kBadYaml, "", "", ""};
    if (documents) {
      MemoryStore store;
      const auto plan = plan_apply(store, *documents, now());
      EXPECT_FALSE(plan) << name << " was accepted";
      if (plan) continue;
      error = plan.error();
    } else {
      error = documents.error();
    }
    EXPECT_EQ(error.code.id, code) << name << ": " << error.to_string();
    if (place != "-") {
      EXPECT_NE(error.where.find(name + place), std::string::npos) << name << ": " << error.to_string();
    }
    EXPECT_FALSE(error.what.empty()) << name;
    EXPECT_FALSE(error.remedy.empty()) << name << ": " << error.to_string();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") {
      EXPECT_TRUE(seen.contains(entry.path().filename())) << entry.path();
    }
  }
  EXPECT_GT(seen.size(), 60U);
}

TEST(Documents, TruncatedAnywhereNeverCrashesAndNeverInventsAnArtifact) {
  const auto whole = parse_documents(kComplete, "all.yaml");
  ASSERT_TRUE(whole);
  for (std::size_t length = 0; length < kComplete.size(); ++length) {
    const auto part = parse_documents(kComplete.substr(0, length), "part");
    if (part) {
      EXPECT_LE(part->size(), whole->size());
    }
  }
}

TEST(Documents, FoldersAreReadInTheOrderOfNames) {
  const auto folder = std::filesystem::temp_directory_path() / ("sealgate-artifacts-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "inner");
  std::ofstream(folder / "b.yml") << "kind: Host\nname: second\n";
  std::ofstream(folder / "a.yaml") << "kind: Host\nname: first\n---\n---\n";
  std::ofstream(folder / "notes.txt") << "not yaml: [";
  std::ofstream(folder / ".hidden.yaml") << "not yaml: [";
  const auto documents = load_documents({folder.string()});
  ASSERT_TRUE(documents) << documents.error().to_string();
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ(name_of(documents->front().artifact), "first");
  EXPECT_NE(documents->back().where.find("b.yml:1:1"), std::string::npos);
  EXPECT_EQ(load_documents({(folder / "inner").string()}).error().code, kNoDocuments);
  EXPECT_FALSE(load_documents({(folder / "absent.yaml").string()}));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sealgate::artifacts
