// What is sealed opens only as it was sealed: whole, in its place, under its secret.

#include "credentials/tests/credentials_fixture.h"

namespace sealgate::credentials {
namespace {

using testing_support::CredentialsTest;

const Time kNow = *parse_rfc3339("2026-06-01T12:00:00Z");

SealedRecord sealed(const MasterSecret& secret) {
  return *seal(secret, {RecordKind::Mapping, "ERP", "user:alice"}, 3, as_bytes("values"), kNow);
}

TEST(Seal, GivesBackWhatWasSealedAndHidesIt) {
  const MasterSecret secret = *make_master_secret(7);
  const SealedRecord record = sealed(secret);
  EXPECT_EQ(open(secret, record)->text(), "values");
  EXPECT_EQ(as_text(record.sealed).find("values"), std::string_view::npos);
  EXPECT_NE(sealed(secret).sealed, record.sealed) << "never the same twice";
}

TEST(Seal, AnyChangedOctetIsNoticed) {
  const MasterSecret secret = *make_master_secret(7);
  const SealedRecord record = sealed(secret);
  for (std::size_t i = 0; i < record.sealed.size(); ++i) {
    SealedRecord changed = record;
    changed.sealed[i] ^= 1;
    EXPECT_EQ(open(secret, changed).error().code, kDamaged) << i;
    changed = record;
    changed.sealed.resize(i);
    EXPECT_EQ(open(secret, changed).error().code, kDamaged) << "cut at " << i;
  }
  SealedRecord longer = record;
  longer.sealed.push_back(0);
  EXPECT_EQ(open(secret, longer).error().code, kDamaged);
}

TEST(Seal, ARecordCannotBeMoved) {
  const MasterSecret secret = *make_master_secret(7);
  const auto moved = [&](const auto& move) {
    SealedRecord record = sealed(secret);
    move(record);
    return open(secret, record).has_value();
  };
  EXPECT_TRUE(moved([](SealedRecord&) {}));
  EXPECT_FALSE(moved([](SealedRecord& record) { record.key.name = "user:mallory"; }));
  EXPECT_FALSE(moved([](SealedRecord& record) { record.key.application = "Other"; }));
  EXPECT_FALSE(moved([](SealedRecord& record) { record.key.kind = RecordKind::Application; }));
  EXPECT_FALSE(moved([](SealedRecord& record) { record.place = 1; }));
  EXPECT_FALSE(moved([](SealedRecord& record) { record.generation = 8; }));
}

TEST(Seal, AnotherSecretOpensNothing) {
  EXPECT_EQ(open(*make_master_secret(7), sealed(*make_master_secret(7))).error().code, kDamaged);
}

TEST(Seal, ASecretOpensForItsAccountAlone) {
  const auto key = *certificates::AccountKey::generate("edi");
  const MasterSecret secret = *make_master_secret(1);
  const WrappedSecret wrapped = *wrap(secret, key, kNow);
  EXPECT_EQ(id_of(unwrap(wrapped, key)->secret), id_of(secret));
  for (std::size_t i = 0; i < wrapped.wrapped.size(); ++i) {
    WrappedSecret changed = wrapped;
    changed.wrapped[i] ^= 0x80;
    EXPECT_EQ(unwrap(changed, key).error().code, kSecretUnwrapFailed) << i;
    changed.wrapped.resize(i);
    EXPECT_EQ(unwrap(changed, key).error().code, kSecretUnwrapFailed) << "cut at " << i;
  }
  WrappedSecret moved = wrapped;
  moved.account = "other";
  const auto other = *certificates::AccountKey::from_bytes("other", key.secret().clone());
  EXPECT_EQ(unwrap(moved, other).error().code, kSecretUnwrapFailed);
  moved = wrapped;
  moved.generation = 2;
  EXPECT_EQ(unwrap(moved, key).error().code, kSecretUnwrapFailed);
}

TEST(Seal, AnOlderKeyOfTheAccountOpensAndIsTold) {
  const auto old = *certificates::AccountKey::generate("edi");
  const auto next = certificates::AccountKey::generate("edi")->with_older(old);
  const WrappedSecret wrapped = *wrap(*make_master_secret(1), old, kNow);
  const auto opened = unwrap(wrapped, next);
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->by_newest);
}

TEST(Seal, TheIdOfASecretIsNoPartOfIt) {
  const MasterSecret secret = *make_master_secret(1);
  EXPECT_EQ(id_of(secret).size(), 16U);
  EXPECT_EQ(to_hex(secret.key.view()).find(id_of(secret)), std::string::npos);
  EXPECT_NE(to_hex(ticket_key(secret)->view()), to_hex(secret.key.view()));
}

TEST_F(CredentialsTest, WhatWasChangedInTheStoreIsNotGivenOut) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  ASSERT_TRUE(map("ERP", "account:edi", "other", "secret"));
  SealedRecord& ours = storage_.records.at({RecordKind::Mapping, "ERP", "account:default"});
  const SealedRecord kept = ours;
  ours.sealed = storage_.records.at({RecordKind::Mapping, "ERP", "account:edi"}).sealed;
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.damaged") << "the credentials of somebody else";
  ours = kept;
  ours.sealed.back() ^= 1;
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.damaged");
  ours = kept;
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
}

}  // namespace
}  // namespace sealgate::credentials
