// Going back: everything at once, refused as a whole with reasons, and a revision of its own.

#include "admin/rollback.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "access/audit_log.h"
#include "artifacts/errors.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::admin {
namespace {

using namespace artifacts;

constexpr const char* kFirst = R"(kind: Group
name: Fabrikam
---
kind: Host
name: Default
---
kind: Party
name: Contoso
---
kind: SendPort
name: Orders
host: Default
adapter: FILE
settings: {folder: /tmp/out}
)";

class Rollback : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "sealgate-admin-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    store_ = store::SqliteStore::open({.data = folder_ / "data"}, clock_).value();
  }
  void TearDown() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  ArtifactStore& artifacts() { return store_->artifacts(); }
  RollbackSource source() {
    return {store_->artifacts(), store_->revisions(), store_->certificates(), applications_};
  }
  ConfigureOptions by(const std::string& user, const std::string& comment = {}) {
    return {.author = {access::Principal(user, {access::Role::Administrator}, "192.0.2.1"), comment}};
  }

  Revision apply(const std::string& yaml, const ConfigureOptions& options) {
    const auto make = [&]() -> Result<Plan> {
      SG_TRY_ASSIGN(const auto documents, parse_documents(yaml, "test"));
      return plan_apply(artifacts(), documents, clock_.now());
    };
    const auto done = configure(artifacts(), store_->certificates(), applications_, clock_, make, options);
    EXPECT_TRUE(done) << done.error().to_string();
    return done ? done->revision : -1;
  }
  Revision apply(const std::string& yaml) { return apply(yaml, by("alice")); }
  Revision remove(Kind kind, const std::string& name) {
    const auto make = [&] { return plan_delete(artifacts(), kind, name, clock_.now()); };
    const auto done = configure(artifacts(), store_->certificates(), applications_, clock_, make, by("alice"));
    EXPECT_TRUE(done) << done.error().to_string();
    return done ? done->revision : -1;
  }
  Result<RolledBack> back(Revision to, bool dry_run = false) {
    ConfigureOptions options = by("bob", "it was better");
    options.dry_run = dry_run;
    return roll_back(source(), to, clock_, options);
  }
  std::string yaml() {
    std::string all;
    for (const Artifact& artifact : artifacts().load().value().set.all()) all += to_yaml(artifact);
    return all;
  }

  std::filesystem::path folder_;
  SystemClock clock_;
  std::vector<std::string> applications_;
  std::unique_ptr<store::SqliteStore> store_;
};

TEST_F(Rollback, EverythingIsWhatItWasAndTheWayBackIsKept) {
  ASSERT_EQ(apply(kFirst), 1);
  const std::string first = yaml();
  ASSERT_EQ(apply("kind: Party\nname: Contoso\ndescription: changed\n---\nkind: Party\nname: Northwind\n"), 2);
  ASSERT_EQ(remove(Kind::SendPort, "Orders"), 3);
  ASSERT_EQ(apply("kind: Group\nname: Renamed\n"), 4);
  ASSERT_EQ(apply("kind: Party\nname: Contoso\ndescription: changed again\n"), 5);
  const std::string last = yaml();

  const auto dry = back(1, true);
  ASSERT_TRUE(dry) << dry.error().to_string();
  EXPECT_TRUE(dry->refusals.empty()) << dry->refusals.front().to_string();
  EXPECT_EQ(dry->done.plan.changes.size(), 5U) << "two parties, a port, and a group under two names";
  EXPECT_EQ(artifacts().revision().value(), 5) << "nothing was stored";

  const auto done = back(1);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->done.revision, 6);
  EXPECT_EQ(yaml(), first);
  const auto revision = store_->revisions().find(6).value();
  ASSERT_TRUE(revision);
  EXPECT_EQ(revision->restores, 1);
  EXPECT_EQ(revision->who, "bob");
  EXPECT_EQ(revision->origin, Origin::Console);
  EXPECT_EQ(revision->comment, "it was better");
  ASSERT_TRUE(back(5));
  EXPECT_EQ(yaml(), last) << "and back again";
  EXPECT_TRUE(back(5)->done.plan.changes.empty()) << "it is what it is already";
  EXPECT_EQ(artifacts().revision().value(), 7);
}

TEST_F(Rollback, TheAuditLogTellsEachArtifactOfIt) {
  ASSERT_EQ(apply(kFirst), 1);
  ASSERT_EQ(apply("kind: Party\nname: Contoso\ndescription: changed\n"), 2);
  ASSERT_TRUE(back(1));
  access::AuditLog log(store_->access(), clock_);
  const auto page = log.list({}, 0, 100).value();
  ASSERT_EQ(page.records.size(), 6U) << "four made, one changed, one changed back";
  const access::AuditRecord& record = page.records.front().record;
  EXPECT_EQ(record.who, "bob");
  EXPECT_EQ(record.action, "artifact.change");
  EXPECT_EQ(record.object, "Party Contoso");
  EXPECT_EQ(record.details, (std::vector<std::pair<std::string, std::string>>{
                                {"revision", "3"}, {"restores", "1"}, {"comment", "it was better"}}));
  EXPECT_EQ(log.verify().value().first_bad, 0);
}

TEST_F(Rollback, ItIsRefusedAsAWholeWhenACertificateIsGone) {
  ASSERT_EQ(apply(kFirst), 1);
  const std::string missing(40, 'A');
  // As it was stored once, when the certificate was there.
  ASSERT_EQ(apply("kind: Party\nname: Contoso\nverification_certificates: [" + missing + "]\n"), 2);
  ASSERT_EQ(apply("kind: Party\nname: Contoso\n"), 3);
  const auto dry = back(2, true);
  ASSERT_TRUE(dry);
  ASSERT_EQ(dry->refusals.size(), 1U);
  EXPECT_EQ(dry->refusals[0].code, kCannotRollBack);
  EXPECT_NE(dry->refusals[0].where.find("Party Contoso"), std::string::npos) << dry->refusals[0].to_string();
  const auto refused = back(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kCannotRollBack);
  EXPECT_EQ(artifacts().revision().value(), 3);
  // What is missing already does not keep anybody from going back.
  ASSERT_EQ(apply("kind: Party\nname: Contoso\nverification_certificates: [" + missing + "]\ndescription: x\n"), 4);
  EXPECT_TRUE(back(2)) << "it is missing now as well";
}

TEST_F(Rollback, WhatIsInUseByNowStays) {
  ASSERT_EQ(apply(kFirst), 1);
  ASSERT_EQ(apply("kind: Host\nname: Other\n"), 2);
  ASSERT_EQ(apply("kind: Host\nname: Default\n---\nkind: SendPort\nname: Orders\nhost: Other\nadapter: FILE\n"
                  "settings: {folder: /tmp/out}\n"),
            3);
  EXPECT_TRUE(back(1, true)->refusals.empty()) << "the port goes back with it";
  EXPECT_TRUE(back(0, true)->refusals.empty()) << "all of it goes";
}

TEST_F(Rollback, PasswordsStayAsTheyAre) {
  ASSERT_EQ(apply(kFirst), 1);
  const auto with = [](const std::string& user, char digit) {
    return "kind: Host\nname: Default\nusers:\n  - name: " + user + "\n    digest_sha256: " + std::string(64, digit) +
           "\n";
  };
  ASSERT_EQ(apply(with("carol", 'a')), 2);
  ASSERT_EQ(apply(with("carol", 'b')), 3);
  const auto same = back(2, true);
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->done.plan.changes.empty()) << "only a password changed since, and he keeps the one he has";
  ASSERT_EQ(apply("kind: Host\nname: Default\n"), 4);
  const auto gone = back(3, true);
  ASSERT_EQ(gone->refusals.size(), 1U);
  EXPECT_NE(gone->refusals[0].what.find("carol"), std::string::npos) << gone->refusals[0].to_string();
  EXPECT_FALSE(back(3));
}

TEST_F(Rollback, OnlyWhatIsKeptCanBeGoneBackTo) {
  ASSERT_EQ(apply(kFirst), 1);
  EXPECT_EQ(back(2).error().code, kNoRevision);
  EXPECT_EQ(back(-1).error().code, kNoRevision);
  ASSERT_EQ(apply("kind: Group\nname: Fabrikam\nkeep_revisions: 1\n"), 2);
  ASSERT_EQ(apply("kind: Party\nname: Contoso\ndescription: changed\n"), 3);
  EXPECT_EQ(back(1).error().code, kNoRevision) << "revision 2 is gone";
  EXPECT_TRUE(back(2));
}

TEST_F(Rollback, WhoMayNotIsRefusedBeforeAnythingIsSaidOfIt) {
  ASSERT_EQ(apply(kFirst), 1);
  ASSERT_EQ(apply("kind: Host\nname: Other\n"), 2);
  ConfigureOptions options = by("bob");
  options.approve = [](const Plan& plan) -> Result<> {
    EXPECT_EQ(plan.changes.size(), 1U);
    return fail(kInUse, "no");
  };
  EXPECT_EQ(roll_back(source(), 1, clock_, options).error().code, kInUse);
  options = by("bob", std::string(kMaxComment + 1, 'x'));
  EXPECT_EQ(roll_back(source(), 1, clock_, options).error().code, kBadValue);
  EXPECT_EQ(artifacts().revision().value(), 2);
}

}  // namespace
}  // namespace sealgate::admin
