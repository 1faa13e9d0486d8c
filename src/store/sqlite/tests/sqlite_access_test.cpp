// An audit log that somebody changed in the database itself.

#include "access/audit_log.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {
namespace {

using namespace access;
using namespace testing_support;

class TamperedAuditLog : public ::testing::Test {
 protected:
  TamperedAuditLog() {
    store_ = SqliteStore::open({.data = folder_.path() / "data"}, kClock).value();
    Change change;
    for (int i = 1; i <= 1200; ++i) {
      change.audit.push_back({at(i), "unix:root", "local", "test.done", "object " + std::to_string(i)});
    }
    EXPECT_TRUE(store_->access().change(change));
  }
  AuditLog log() { return {store_->access(), kClock}; }
  void run(const std::string& sql) {
    ASSERT_TRUE(store_->database().write([&](sql::Connection& connection) { return connection.execute(sql); }));
  }
  AuditVerdict verdict() { return log().verify().value(); }

  ScratchFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(TamperedAuditLog, HoldsWhenNobodyTouchedIt) {
  EXPECT_EQ(verdict().records, 1200U);
  EXPECT_EQ(verdict().first_bad, 0);
}

TEST_F(TamperedAuditLog, AChangedRecordIsTheFirstBadOne) {
  run("UPDATE audit_log SET record = replace(record, 'unix:root', 'unix:bob') WHERE sequence IN (700, 900)");
  EXPECT_EQ(verdict().first_bad, 700);
  EXPECT_EQ(verdict().records, 699U);
  EXPECT_EQ(verdict().head.sequence, 699);
}

TEST_F(TamperedAuditLog, AChangedHashIsTheFirstBadOne) {
  run("UPDATE audit_log SET hash = randomblob(32) WHERE sequence = 1");
  EXPECT_EQ(verdict().first_bad, 1);
}

TEST_F(TamperedAuditLog, AMissingRecordIsTheFirstBadOne) {
  run("DELETE FROM audit_log WHERE sequence = 500");
  EXPECT_EQ(verdict().first_bad, 500);
  EXPECT_EQ(verdict().reason, "the record is missing");
}

TEST_F(TamperedAuditLog, ARecordPutInBetweenShows) {
  run("UPDATE audit_log SET sequence = 5001 - sequence WHERE sequence > 10; "
      "UPDATE audit_log SET sequence = 5002 - sequence WHERE sequence > 1000; "
      "INSERT INTO audit_log SELECT 11, record, hash FROM audit_log WHERE sequence = 10");
  EXPECT_EQ(verdict().first_bad, 11);
}

TEST_F(TamperedAuditLog, WhatIsCutOffOrMadeAnewShowsByItsAnchor) {
  const AuditEntry head = log().head().value();
  EXPECT_TRUE(log().verify(head.hash).value().found_anchor);
  run("DELETE FROM audit_log WHERE sequence > 1100");
  EXPECT_EQ(verdict().first_bad, 0) << "the chain itself holds";
  EXPECT_FALSE(log().verify(head.hash).value().found_anchor);
}

TEST_F(TamperedAuditLog, DamageIsListedAndDoesNotHideTheRest) {
  run("UPDATE audit_log SET record = '{' WHERE sequence = 1199");
  const auto page = log().list({}, 0, 3).value();
  ASSERT_EQ(page.records.size(), 3U);
  EXPECT_EQ(page.records[0].record.object, "object 1200");
  EXPECT_EQ(page.records[1].record.object, "damaged record");
  EXPECT_EQ(page.records[2].record.object, "object 1198");
}

}  // namespace
}  // namespace sealgate::store
