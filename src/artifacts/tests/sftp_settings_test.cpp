// Settings of SFTP: what is read is what is written.

#include <gtest/gtest.h>

#include "artifacts/documents.h"

namespace sealgate::artifacts {
namespace {

constexpr std::string_view kDocuments = R"(
kind: ReceivePort
name: In
locations:
  - name: Contoso
    host: Default
    adapter: SFTP
    settings:
      host: 2001:db8::1
      port: 2222
      user: fabrikam
      key_source: credential:contoso-key
      key_passphrase_source: file:/etc/sealgate/passphrase
      host_keys: ["SHA256:4nb3tGr37TOUQCW7GHE/Ei+TMBe0nP93a8LsnN6eShA", "SHA256:4nb3tGr37TOUQCW7GHE/Ei+TMBe0nP93a8LsnN6eShB"]
      connect_timeout: 5s
      login_timeout: 6s
      stall_timeout: 7s
      folder: out
      mask: "*.xml"
      polling_interval: 2m
      stable_for: 30s
      batch_size: 256
      move_to: /done
---
kind: SendPort
name: Out
host: Default
adapter: SFTP
settings:
  host: sftp.contoso.example
  affiliate_application: Contoso
  check_host_key: false
  folder: /in
  file_name: "%SourceFileName%"
  copy_mode: overwrite
---
kind: SendPort
name: Plain
host: Default
adapter: SFTP
settings:
  host: sftp.contoso.example
  user: fabrikam
  password_source: file:/etc/sealgate/contoso
  known_hosts: /etc/sealgate/known_hosts
  folder: /
)";

TEST(SftpSettings, AreReadAndWrittenBack) {
  const auto documents = parse_documents(kDocuments, "sftp.yaml");
  ASSERT_TRUE(documents) << documents.error().to_string();
  ASSERT_EQ(documents->size(), 3U);
  for (const SourcedArtifact& entry : *documents) {
    const auto again = parse_documents(to_yaml(entry.artifact), "written");
    ASSERT_TRUE(again) << again.error().to_string() << "\n" << to_yaml(entry.artifact);
    EXPECT_EQ(again->front().artifact, entry.artifact);
  }
  const auto& in = std::get<ReceivePort>(documents->at(0).artifact).locations.at(0).transport;
  EXPECT_EQ(adapter_name(in), "SFTP");
  EXPECT_EQ(address(in), "sftp://[2001:db8::1]:2222/~/out/*.xml");
  const auto& settings = std::get<SftpReceiveSettings>(in);
  EXPECT_EQ(settings.server.host_keys.size(), 2U);
  EXPECT_EQ(settings.server.stall_timeout, std::chrono::seconds(7));
  EXPECT_EQ(settings.settle_time, std::chrono::seconds(30));
  EXPECT_EQ(settings.move_to, "/done");
  const auto& out = std::get<SendPort>(documents->at(1).artifact).transport;
  EXPECT_EQ(address(out), "sftp://sftp.contoso.example/in/%SourceFileName%");
  EXPECT_FALSE(sftp_server(out)->check_host_key);
  EXPECT_EQ(address(std::get<SendPort>(documents->at(2).artifact).transport),
            "sftp://sftp.contoso.example/%MessageID%.xml");
}

}  // namespace
}  // namespace sealgate::artifacts
