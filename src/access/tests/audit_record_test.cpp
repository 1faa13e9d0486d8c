// Records of the audit log as text, and the chain.

#include "access/audit_record.h"

#include <gtest/gtest.h>

#include "access/errors.h"
#include "crypto/digest.h"

namespace sealgate::access {
namespace {

AuditRecord sample() {
  AuditRecord record;
  record.at = Time(std::chrono::milliseconds(1'700'000'000'123));
  record.who = "alice/ci";
  record.from = "192.0.2.7";
  record.action = "artifact.apply";
  record.object = "SendPort Bestellungen Ä";
  record.before = audit_digest("old");
  record.after = audit_digest("new");
  record.details = {{"revision", "17"}, {"note", "a \"quoted\"\nline"}};
  return record;
}

TEST(AuditRecord, ComesBackAsItWas) {
  const AuditRecord record = sample();
  const auto back = decode_audit_record(encode(record));
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, record);
  EXPECT_EQ(encode(record).find('\n'), std::string::npos) << "one line";
}

TEST(AuditRecord, IsBoundedAndAlwaysUtf8) {
  AuditRecord record = sample();
  record.object = std::string(kMaxAuditText - 1, 'x') + "ä" + std::string(5000, 'y');
  record.after = "\xff\xfe half a character \xc3";
  record.details.assign(100, {"n", "v"});
  const auto back = decode_audit_record(encode(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->object, std::string(kMaxAuditText - 1, 'x')) << "no half character";
  EXPECT_EQ(back->details.size(), kMaxAuditDetails);
  EXPECT_NE(back->after.find(" half a character "), std::string::npos);
  EXPECT_EQ(encode(*back), encode(record)) << "the text means itself";
}

TEST(AuditRecord, WhatNobodyWroteIsDamaged) {
  const std::string good = encode(sample());
  for (std::size_t i = 0; i < good.size(); ++i) {
    const auto cut = decode_audit_record(std::string_view(good).substr(0, i));
    ASSERT_FALSE(cut) << i;
    EXPECT_EQ(cut.error().code, kDamaged);
  }
  for (const char* bad : {"[]", "1", "{}", "{\"at\":1}", R"({"at":"yesterday","who":"","from":"","action":""})"}) {
    EXPECT_FALSE(decode_audit_record(bad)) << bad;
  }
}

TEST(AuditRecord, TheHashCoversPlacePredecessorAndText) {
  const AuditEntry first = chain({}, "one").value();
  EXPECT_EQ(first.sequence, 1);
  // As docs/access.md tells others to compute it.
  const std::string text = std::string("sealgate audit 1\n") + std::string(7, '\0') + "\x01" + "one";
  EXPECT_EQ(to_hex(first.hash),
            to_hex(crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(text)).value().view()));
  const AuditEntry second = chain(first, "two").value();
  EXPECT_EQ(second.sequence, 2);
  EXPECT_NE(second.hash, chain({}, "two").value().hash);
  EXPECT_NE(second.hash, chain(first, "twO").value().hash);
  AuditEntry elsewhere = first;
  elsewhere.sequence = 5;
  EXPECT_NE(second.hash, chain(elsewhere, "two").value().hash);
}

}  // namespace
}  // namespace sealgate::access
