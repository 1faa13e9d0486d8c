#pragma once
// A configuration from YAML beside a store of certificates made on the spot. `%name%` in the YAML stands for the
// thumbprint of a certificate.

#include <gtest/gtest.h>

#include <map>

#include "artifacts/documents.h"
#include "audit/check.h"
#include "audit/forecast.h"
#include "certificates/tests/test_certificates.h"

namespace sealgate::audit {

using certificates::CertificateStore;
using certificates::StoreName;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::issue_crl;

inline constexpr Time kToday = certificates::testing::kNow;
inline Time days(int count) {
  return kToday + std::chrono::days(count);
}

class AuditFixture : public ::testing::Test {
 protected:
  AuditFixture() { EXPECT_TRUE(store_->add({StoreName::TrustedRoots, {}}, {root_.certificate})); }

  /// A certificate under the root, known by its name in YAML.
  const Identity& make(const std::string& name, int from = -1, int until = 365,
                       std::vector<std::pair<int, std::string>> extensions = {}) {
    identities_.emplace(name, issue({.subject = {{"CN", name}},
                                     .issuer = &root_,
                                     .extensions = std::move(extensions),
                                     .not_before = days(from),
                                     .not_after = days(until),
                                     .serial = static_cast<long>(identities_.size()) + 10}));
    return identities_.at(name);
  }
  void put(StoreName store, const Identity& identity, const std::string& account = {}) {
    std::optional<Bytes> key;
    if (store == StoreName::Personal) key = Bytes{1, 2, 3};
    ASSERT_TRUE(store_->add({store, account}, {identity.certificate, {}, key}));
  }
  void put_without_key(const Identity& identity, const std::string& account) {
    ASSERT_TRUE(store_->add({StoreName::Personal, account}, {identity.certificate}));
  }

  void configure(std::string yaml) {
    for (const auto& [name, identity] : identities_) {
      const std::string mark = "%" + name + "%";
      for (auto at = yaml.find(mark); at != std::string::npos; at = yaml.find(mark)) {
        yaml.replace(at, mark.size(), identity.certificate.thumbprint().to_hex());
      }
    }
    const auto documents = artifacts::parse_documents(yaml, "test.yaml");
    ASSERT_TRUE(documents) << documents.error().to_string();
    set_ = {};
    for (const auto& document : *documents) set_.put(document.artifact);
    uses_ = std::make_unique<Uses>(set_);
  }

  Holdings holdings(const KeyCheck& can_open = {}) const {
    auto read = Holdings::read(*store_, uses_->places(), can_open);
    EXPECT_TRUE(read) << read.error().to_string();
    return std::move(*read);
  }
  std::vector<Finding> check_until(int until, const KeyCheck& can_open = {}) const {
    return check(uses_->places(), holdings(can_open), kToday, days(until));
  }

  /// "error check.expired 3; ...": severity, code and the day from which on.
  static std::string in_short(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
      text += (text.empty() ? "" : "; ") + std::string(to_string(finding.severity)) + " " + std::string(finding.code);
      if (finding.at) {
        text += " " + std::to_string(std::chrono::floor<std::chrono::days>(*finding.at - kToday).count());
      }
    }
    return text;
  }

  Identity root_ = issue_ca("Root");
  std::map<std::string, Identity> identities_;
  std::unique_ptr<CertificateStore> store_ = certificates::make_memory_certificate_store();
  artifacts::ArtifactSet set_;
  std::unique_ptr<Uses> uses_;
};

/// A port that signs with the group's certificate and encrypts to a partner, both named "own" and "partner".
inline constexpr const char* kSealingPort = R"(
kind: Group
name: Test
signing_certificates: [%own%]
revocation: {policy: off}
---
kind: Host
name: Sender
account: contoso
---
kind: SendPort
name: Orders
host: Sender
adapter: FILE
settings: {folder: /tmp/out}
encryption_certificates: [%partner%]
pipeline: SMIMETransmit
encoder: {enable_encryption: true, signature_type: blob}
)";

}  // namespace sealgate::audit
