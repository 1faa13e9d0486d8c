// The life of the master secret: rotation that is cut short anywhere, backups, accounts.

#include <atomic>
#include <stdexcept>
#include <thread>

#include "credentials/secret_backup.h"
#include "credentials/tests/credentials_fixture.h"

namespace sealgate::credentials {
namespace {

using testing_support::CredentialsTest;

struct Crash : std::runtime_error {
  using std::runtime_error::runtime_error;
};
int points_passed = 0;
int crash_at = -1;

void crash_point(std::string_view name) {
  if (points_passed++ == crash_at) throw Crash(std::string(name));
}

class MasterSecretTest : public CredentialsTest {
 protected:
  void fill(int mappings = 3) {
    make_secret();
    add(application("ERP"));
    for (int i = 0; i < mappings; ++i) {
      ASSERT_TRUE(map("ERP", "user:" + std::to_string(i), "name", "secret"));
    }
    ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  }
  std::int64_t oldest() const { return storage_.secrets.begin()->first.first; }
  std::int64_t newest() const { return storage_.secrets.rbegin()->first.first; }
};

TEST_F(MasterSecretTest, IsMadeOnce) {
  EXPECT_EQ(secrets().status()->generation, 0);
  EXPECT_EQ(secrets().create({}).error().code, kLastAccount);
  make_secret();
  EXPECT_EQ(secrets().create({"default"}).error().code, kSecretExists);
  const auto status = secrets().status();
  EXPECT_EQ(status->generation, 1);
  EXPECT_EQ(status->accounts, std::vector<std::string>{"default"});
  EXPECT_EQ(status->id.size(), 16U);
}

TEST_F(MasterSecretTest, RotationSealsEverythingAnew) {
  fill(600);  // several batches
  std::map<RecordKey, Bytes> before;
  for (const auto& [key, record] : storage_.records) before[key] = record.sealed;
  const auto changed = secrets().rotate();
  ASSERT_TRUE(changed) << changed.error().to_string();
  EXPECT_EQ(changed->resealed, before.size());
  EXPECT_NE(changed->old_id, changed->new_id);
  EXPECT_EQ(oldest(), 2);
  for (const auto& [key, record] : storage_.records) {
    EXPECT_EQ(record.generation, 2) << key.name;
    EXPECT_NE(record.sealed, before[key]) << key.name;
  }
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
  EXPECT_EQ(secrets().status()->id, changed->new_id);
}

TEST_F(MasterSecretTest, RotationCutShortAnywhereHarmsNothingAndGoesOn) {
  fill(600);
  int crashes = 0;
  for (crash_at = 0;; ++crash_at) {
    points_passed = 0;
    try {
      const auto rotated = secrets(crash_point).rotate();
      ASSERT_TRUE(rotated) << rotated.error().to_string();
      break;
    } catch (const Crash& crash) {
      ++crashes;
      SCOPED_TRACE(crash.what());
      EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
      EXPECT_EQ(directory().mappings("ERP")->size(), 601U);
      ASSERT_TRUE(map("ERP", "user:new", "name", "secret")) << "and may be changed";
      ASSERT_TRUE(directory().unmap("ERP", "user:new"));
      const auto again = secrets().rotate();
      ASSERT_TRUE(again) << again.error().to_string();
      EXPECT_EQ(oldest(), newest());
      EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
      EXPECT_FALSE(secrets().status()->being_changed);
    }
  }
  crash_at = -1;
  EXPECT_GE(crashes, 5);
}

TEST_F(MasterSecretTest, LookUpsGoOnDuringRotation) {
  fill(300);
  std::atomic<bool> ends{false};
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  std::vector<std::string> bad(4);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    threads.emplace_back([&, i] {
      Service asked = service();
      while (!ends) {
        const auto found = asked.look_up(asking("ERP"));
        if (!found) bad[i] = found.error().to_string();
        ++good;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    const auto rotated = secrets().rotate();
    EXPECT_TRUE(rotated) << rotated.error().to_string();
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& reason : bad) EXPECT_EQ(reason, "");
  EXPECT_GT(good, 0);
}

TEST_F(MasterSecretTest, RotationNeedsTheKeysOfAllAccounts) {
  give_key("edi");
  make_secret({"default", "edi"});
  keys_.erase("edi");
  const auto rotated = secrets().rotate();
  ASSERT_FALSE(rotated);
  EXPECT_NE(rotated.error().where.find("edi"), std::string::npos);
  EXPECT_EQ(newest(), 1) << "nothing has begun";
}

TEST_F(MasterSecretTest, ARenewedAccountKeyOpensItAfterwards) {
  fill();
  const certificates::AccountKey old = keys_.at("default").clone();
  keys_.insert_or_assign("default", certificates::AccountKey::generate("default")->with_older(old));
  const auto rewrapped = rewrap_secrets(storage_, keys_.at("default"));
  ASSERT_TRUE(rewrapped);
  EXPECT_EQ(rewrapped->found, 1U);
  EXPECT_EQ(rewrapped->replaced, 1U);
  EXPECT_EQ(rewrap_secrets(storage_, keys_.at("default"))->found, 0U);
  keys_.insert_or_assign("default",
                         *certificates::AccountKey::from_bytes("default", keys_.at("default").secret().clone()));
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
  EXPECT_EQ(rewrap_secrets(storage_, old)->unopened, 1U);
}

const Secret& password() {
  static const Secret secret = Secret::from_text("correct horse battery");
  return secret;
}

TEST_F(MasterSecretTest, ABackupOpensWithItsPasswordOnly) {
  fill();
  EXPECT_EQ(secrets().backup(Secret::from_text("short")).error().code, kWeakPassword);
  const auto text = secrets().backup(password());
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_NE(text->find("argon2id"), std::string::npos);
  EXPECT_EQ(id_of(read_backup(*text, password())->secret), secrets().status()->id);
  EXPECT_EQ(read_backup(*text, Secret::from_text("correct horse batterz")).error().code, kWrongPassword);
  EXPECT_EQ(read_backup(*text, Secret()).error().code, kWrongPassword);
}

TEST(SecretBackup, AnyChangeIsNoticed) {
  const MasterSecret secret = *make_master_secret(3);
  const crypto::Argon2Cost cheap{1, 8, 1};
  const std::string text = *write_backup(secret, *parse_rfc3339("2026-06-01T12:00:00Z"), password(), cheap);
  ASSERT_TRUE(read_backup(text, password()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '2' ? '3' : '2';
    const auto read = read_backup(changed, password());
    EXPECT_FALSE(read) << i;
    EXPECT_FALSE(read_backup(text.substr(0, i), password()) && i + 1 < text.size()) << "cut at " << i;
  }
}

TEST(SecretBackup, DemandsNoMoreThanWeGive) {
  const std::string head =
      "sealgate master secret backup 1\ngeneration: 1\nmade: 2026-06-01T12:00:00Z\nkdf: argon2id\n";
  const std::string tail = "lanes: 1\nsalt: 00112233445566778899aabbccddeeff\nsecret: 00\n";
  EXPECT_EQ(read_backup(head + "passes: 3\nmemory_kib: 99999999\n" + tail, password()).error().code, kBadBackup);
  EXPECT_EQ(read_backup(head + "passes: 4000000000\nmemory_kib: 64\n" + tail, password()).error().code, kBadBackup);
  EXPECT_EQ(read_backup(head + "passes: 1\nmemory_kib: 64\n" + tail, password()).error().code, kWrongPassword);
  EXPECT_EQ(read_backup(std::string(kMaxBackup + 1, 'x'), password()).error().code, kBadBackup);
  EXPECT_EQ(read_backup("", password()).error().code, kBadBackup);
  EXPECT_EQ(read_backup(head + head, password()).error().code, kBadBackup);
}

TEST_F(MasterSecretTest, RestoredForANewAccountWhenAllKeysAreLost) {
  fill();
  const std::string text = *secrets().backup(password());
  keys_.clear();
  give_key("default");
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.secret-unwrap-failed");
  EXPECT_EQ(secrets().restore(text, Secret::from_text("wrong password"), {"default"}).error().code, kWrongPassword);
  const auto restored = secrets().restore(text, password(), {"default"});
  ASSERT_TRUE(restored) << restored.error().to_string();
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
}

TEST_F(MasterSecretTest, ABackupOfAnotherSecretIsNotTaken) {
  fill();
  const std::string old = *secrets().backup(password());
  ASSERT_TRUE(secrets().rotate());
  EXPECT_EQ(secrets().restore(old, password(), {"default"}).error().code, kOtherSecret);
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
}

TEST_F(MasterSecretTest, IntoAnEmptyStoreAnyBackupGoes) {
  make_secret();
  const std::string text = *secrets().backup(password());
  const std::string id = secrets().status()->id;
  storage_.secrets.clear();
  storage_.records.clear();
  const auto restored = secrets().restore(text, password(), {"default"});
  ASSERT_TRUE(restored) << restored.error().to_string();
  EXPECT_EQ(restored->id, id);
  add(application("ERP"));
}

TEST_F(MasterSecretTest, EveryStepIsRecorded) {
  make_secret();
  give_key("edi");
  ASSERT_TRUE(secrets().grant("edi"));
  ASSERT_TRUE(secrets().revoke("edi"));
  ASSERT_TRUE(secrets().rotate());
  ASSERT_TRUE(secrets().backup(password()));
  std::string actions;
  for (const AuditEntry& entry : auditor_.entries) actions += entry.details.front().second + " ";
  EXPECT_EQ(actions, "secret-create secret-grant secret-revoke secret-rotate secret-backup ");
}

}  // namespace
}  // namespace sealgate::credentials
