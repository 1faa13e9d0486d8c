// Doors: listeners of a host, its users, and who may send what through them.

#include <gtest/gtest.h>

#include "artifacts/documents.h"
#include "artifacts/errors.h"
#include "artifacts/tests/memory_artifact_store.h"
#include "artifacts/validate.h"
#include "base/clock.h"

namespace sealgate::artifacts {
namespace {

constexpr const char* kDoors = R"(kind: Host
name: Edge
listeners:
  - name: partners
    listen: 0.0.0.0:8443
    certificates:
      - 1E2FCFD26C606810B3FEEFF5F00B6C2D476B83D8
      - {certificate: 9A410B6C2D476B83D81E2FCFD26C606810B3FEEF, from: 2027-01-15}
    minimum_tls: "1.3"
    client_certificates: request
    trusted_proxies: [10.0.0.0/8, "::1"]
    forwarded: forwarded
    client_certificate_field: X-Client-Certificate
    maximum_connections: 5000
  - {name: inside, listen: ":8080"}
realm: Orders
users:
  - name: alice
    password: $argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
  - {name: bob, digest_md5: 00112233445566778899aabbccddeeff}
---
kind: ReceivePort
name: In
locations:
  - name: In by HTTP
    host: Edge
    adapter: HTTP
    settings:
      path: /in
      listener: partners
      authentication: [basic, digest]
      client_certificate: require
      content_types: [text/xml, application/*]
      allowed_clients: [192.0.2.0/24]
      requests_per_second: 50
)";

TEST(Doors, AreReadAsTheyAreWritten) {
  const auto documents = parse_documents(kDoors, "doors");
  ASSERT_TRUE(documents) << documents.error().to_string();
  std::string written;
  for (const auto& document : *documents) written += "---\n" + to_yaml(document.artifact);
  const auto again = parse_documents(written, "again");
  ASSERT_TRUE(again) << again.error().to_string() << written;
  for (std::size_t at = 0; at < documents->size(); ++at) {
    EXPECT_EQ((*documents)[at].artifact, (*again)[at].artifact) << written;
  }
  const auto& host = std::get<Host>((*documents)[0].artifact);
  ASSERT_EQ(host.listeners.size(), 2U);
  EXPECT_EQ(host.listeners[0].connections_per_address, 2500);
  EXPECT_EQ(host.listeners[1].connections_per_address, 1000);
  const auto& port = std::get<ReceivePort>((*documents)[1].artifact);
  const auto& http = std::get<HttpReceiveSettings>(port.locations[0].transport);
  EXPECT_EQ(http.authentication, (std::vector{HttpAuthentication::Basic, HttpAuthentication::Digest}));
}

TEST(Doors, RefuseWhatCannotWork) {
  const auto refused = [](std::string from, std::string to) {
    std::string text = kDoors;
    text.replace(text.find(from), from.size(), to);
    const auto documents = parse_documents(text, "doors");
    return documents ? std::string("read") : std::string(documents.error().code.id);
  };
  EXPECT_EQ(refused("0.0.0.0:8443", "host:8443"), kBadValue.id);
  EXPECT_EQ(refused("0.0.0.0:8443", "8443"), kBadValue.id);
  EXPECT_EQ(refused("\"1.3\"", "\"1.1\""), kBadValue.id);
  EXPECT_EQ(refused("10.0.0.0/8", "10.0.0.1/8"), kBadValue.id);
  EXPECT_EQ(refused("name: inside", "name: partners"), kDuplicateName.id);
  EXPECT_EQ(refused("X-Client-Certificate", "\"X: y\""), kBadValue.id);
  EXPECT_EQ(refused("    trusted_proxies: [10.0.0.0/8, \"::1\"]\n", ""), kContradiction.id);
  EXPECT_EQ(refused("$argon2id", "secret"), kBadValue.id);
  EXPECT_EQ(refused("00112233", "0011"), kBadValue.id);
  EXPECT_EQ(refused(", digest_md5: 00112233445566778899aabbccddeeff", ""), kMissingKey.id);
  EXPECT_EQ(refused("name: bob", "name: \"b:ob\""), kBadName.id);
  EXPECT_EQ(refused("name: bob", "name: alice"), kDuplicateName.id);
  EXPECT_EQ(refused("realm: Orders", "realm: 'a\"b'"), kBadValue.id);
  EXPECT_EQ(refused("[basic, digest]", "[ntlm]"), kBadValue.id);
  EXPECT_EQ(refused("application/*", "application"), kBadValue.id);
  EXPECT_EQ(refused("192.0.2.0/24", "192.0.2"), kBadValue.id);
}

TEST(Doors, AreCheckedTogether) {
  const auto fault = [](std::string from, std::string to) {
    std::string text = kDoors;
    text.replace(text.find(from), from.size(), to);
    const auto documents = parse_documents(text, "doors");
    EXPECT_TRUE(documents) << documents.error().to_string();
    ArtifactSet set;
    for (const auto& document : *documents) set.put(document.artifact);
    const auto faults = validate(
        set, [](Kind, std::string_view) { return std::string("doors"); }, SystemClock().now());
    return faults.empty() ? std::string("good") : std::string(faults.front().code.id);
  };
  EXPECT_EQ(fault("Edge", "Edge"), "good");
  EXPECT_EQ(fault("listener: partners", "listener: elsewhere"), kMissingReference.id);
  EXPECT_EQ(fault("listener: partners", "listener: inside"), kContradiction.id);
  EXPECT_EQ(fault("digest_md5: 00112233445566778899aabbccddeeff",
                  "password: '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBB'"),
            kMissingReference.id);
  EXPECT_EQ(fault("\":8080\"", "0.0.0.0:8443"), kDuplicateEndpoint.id);
}

}  // namespace
}  // namespace sealgate::artifacts
