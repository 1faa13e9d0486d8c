// Backups that are whole or not there, restores that believe nothing, copies that are proven.

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "artifacts/artifact_store.h"
#include "store/common/account_key_file.h"
#include "store/common/commit_point.h"
#include "store/common/copy_store.h"
#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/backup/backup.h"
#include "store/sqlite/backup/manifest.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

std::unique_ptr<SqliteStore> open(const std::filesystem::path& data, Access access = Access::Serve) {
  auto opened = SqliteStore::open({.data = data, .access = access}, kClock);
  EXPECT_TRUE(opened) << opened.error().to_string();
  return std::move(*opened);
}

/// Work in every state, bodies in rows and in files, a queue, a message of several parts, a key, an artifact.
void fill(SqliteStore& store) {
  MessageBox& box = store.box();
  PublishRequest request = request_of(publication(box, content_of(100'000, 1), {"Out"}), "key");
  request.publications[0].message.parts.push_back(part_of(box, content_of(80'000, 2), "second"));
  request.publications[0].message.parts.push_back(part_of(box, content_of(10, 3), "third"));
  request.publications.push_back(publication(box, content_of(500, 4), {}));
  ASSERT_TRUE(box.publish(std::move(request), at(0)));
  const WorkItem item = claim_one(box, at(1));
  ASSERT_TRUE(box.retry_later(item.claim, Retry{failure(), at(9000), 1, {}}, at(1)));
  for (int i = 0; i < 4; ++i) publish_one(box, in_order("Queue"), at(2 + i));
  ASSERT_TRUE(box.complete(claim_one(box, at(10)).claim, at(11)));
  claim_one(box, at(12));
  Delivery later = to_port("Later", 2);
  later.not_before = at(100'000);
  publish_one(box, std::move(later), at(13));
  artifacts::ArtifactSet set;
  set.hosts.push_back(artifacts::Host{.name = "Default"});
  ASSERT_TRUE(store.artifacts().replace(set, 0, at(14), {.who = "alice"}));
  ASSERT_TRUE(store.memos().put({"expiry/ABCD/30/webhook", "sent", at(15)}));
  ASSERT_TRUE(store.memos().put({"revocation/list/1234", std::string("http://crl.example/ca.crl"), at(16)}));
  put_access(store.access());
  ASSERT_TRUE(open_or_create_account_key_file(account_key_path(store.data(), "default"), "default"));
}

void spoil(const std::filesystem::path& file, std::streamoff offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(offset);
  const char byte = static_cast<char>(stream.get());
  stream.seekp(offset);
  stream.put(static_cast<char>(byte ^ 1));
}

std::filesystem::path any_file(const std::filesystem::path& folder) {
  return std::filesystem::directory_iterator(folder)->path();
}

/// Nothing beside the things that are named.
void expect_only(const std::filesystem::path& folder, const std::set<std::string>& names) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_TRUE(names.contains(entry.path().filename().string())) << entry.path();
  }
}

TEST(Backup, RestoredItIsWhatItWas) {
  const ScratchFolder scratch;
  const auto data = scratch.path() / "data";
  CopyReport before;
  {
    const auto store = open(data);
    fill(*store);
    before = survey(*store->reader()).value();
  }
  const auto made = back_up(data, scratch.path() / "backup", true, at(0));
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->messages, 7U);
  EXPECT_TRUE(made->with_keys);
  const auto restored = restore(scratch.path() / "backup", scratch.path() / "again", kClock);
  ASSERT_TRUE(restored) << restored.error().to_string();
  EXPECT_EQ(restored->bytes, made->bytes);
  const auto store = open(scratch.path() / "again");
  EXPECT_EQ(survey(*store->reader()).value(), before);
  EXPECT_TRUE(read_account_key_file(account_key_path(scratch.path() / "again", "default"), "default"));
  struct stat status {};
  ASSERT_EQ(::stat((scratch.path() / "again").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  expect_only(scratch.path(), {"data", "backup", "again"});
}

TEST(Backup, KeysGoIntoItWhenTheyAreAskedForOnly) {
  const ScratchFolder scratch;
  fill(*open(scratch.path() / "data"));
  ASSERT_TRUE(back_up(scratch.path() / "data", scratch.path() / "backup", false, at(0)));
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "backup" / "keys"));
}

TEST(Backup, TheGatewayWorksOnMeanwhile) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path() / "data");
  MessageBox& box = store->box();
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (unsigned i = 0; !stop; ++i) {
        const std::size_t size = i % 3 == 0 ? 70'000 : 3'000;
        EXPECT_TRUE(box.publish(request_of(publication(box, content_of(size, i * 3 + thread))), at(0)));
        const auto items = box.claim(claim_at(at(1)));
        for (const WorkItem& item : *items) EXPECT_TRUE(box.complete(item.claim, at(2)));
        EXPECT_TRUE(box.purge(at(3), 5));
      }
    });
  }
  for (int round = 0; round < 5; ++round) {
    const auto target = scratch.path() / ("backup-" + std::to_string(round));
    const auto made = back_up(scratch.path() / "data", target, false, at(0));
    EXPECT_TRUE(made) << made.error().to_string();
    EXPECT_EQ(made->missing, 0U);
    const auto data = scratch.path() / ("data-" + std::to_string(round));
    const auto restored = restore(target, data, kClock);
    EXPECT_TRUE(restored) << restored.error().to_string();
    const auto again = open(data);
    const auto survey_of_it = survey(*again->reader());
    EXPECT_TRUE(survey_of_it) << survey_of_it.error().to_string();
    const Counts counts = again->box().counts().value();
    EXPECT_EQ(counts.ready + counts.active + counts.completed, again->box().list({.limit = 1'000'000})->size());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST(Backup, NothingIsOverwritten) {
  const ScratchFolder scratch;
  fill(*open(scratch.path() / "data"));
  std::filesystem::create_directory(scratch.path() / "full");
  std::ofstream(scratch.path() / "full" / "something") << "x";
  EXPECT_EQ(back_up(scratch.path() / "data", scratch.path() / "full", false, at(0)).error().code, kNotEmpty);
  std::filesystem::create_directory(scratch.path() / "empty");
  ASSERT_TRUE(back_up(scratch.path() / "data", scratch.path() / "empty", false, at(0)));
  EXPECT_EQ(restore(scratch.path() / "empty", scratch.path() / "data", kClock).error().code, kNotEmpty);
  EXPECT_EQ(back_up(scratch.path() / "nowhere", scratch.path() / "new", false, at(0)).error().code, kCannotOpen);
  expect_only(scratch.path(), {"data", "full", "empty"});
}

TEST(Backup, ADamagedOneIsNotRestored) {
  const ScratchFolder scratch;
  fill(*open(scratch.path() / "data"));
  const auto backup = scratch.path() / "backup";
  ASSERT_TRUE(back_up(scratch.path() / "data", backup, true, at(0)));
  const auto refused = [&](const std::string& what) {
    const auto restored = restore(backup, scratch.path() / "again", kClock);
    ASSERT_FALSE(restored) << what;
    EXPECT_EQ(restored.error().code, kBadBackup) << what << ": " << restored.error().to_string();
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "again"));
  };
  for (const auto& file : {any_file(backup / "bodies"), any_file(backup / "keys"), backup / "MANIFEST",
                           backup / std::string(kDatabaseName)}) {
    spoil(file, 20);
    refused(file.filename().string());
    spoil(file, 20);
  }
  const auto body = any_file(backup / "bodies");
  std::filesystem::rename(body, scratch.path() / "aside");
  refused("a missing body");
  std::filesystem::rename(scratch.path() / "aside", body);
  std::filesystem::resize_file(backup / "MANIFEST", std::filesystem::file_size(backup / "MANIFEST") - 70);
  refused("a manifest that is cut short");
  expect_only(scratch.path(), {"data", "backup"});
}

TEST(Backup, AManifestDoesNotLeadOutOfItsFolder) {
  const ScratchFolder scratch;
  std::filesystem::create_directory(scratch.path() / "backup");
  for (const std::string path : {"../outside", "/etc/passwd", "bodies/../../x", "other/x"}) {
    ASSERT_TRUE(backup::write_manifest(scratch.path() / "backup",
                                       {.created = at(0), .entries = {{path, 1, std::string(64, 'a')}}}));
    EXPECT_EQ(restore(scratch.path() / "backup", scratch.path() / "again", kClock).error().code, kBadBackup) << path;
  }
}

TEST(Backup, ADamagedStoreIsNotedNotCopied) {
  const ScratchFolder scratch;
  const auto data = scratch.path() / "data";
  fill(*open(data));
  const auto body = any_file(data / "bodies");
  spoil(body, 5);
  EXPECT_EQ(back_up(data, scratch.path() / "backup", false, at(0)).error().code, kBodyDamaged);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "backup"));
  std::filesystem::remove(body);
  const auto made = back_up(data, scratch.path() / "backup", false, at(0));
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->missing, 1U);
}

TEST(CopyStore, EverythingArrivesAndIsProven) {
  const ScratchFolder scratch;
  const auto source = open(scratch.path() / "source");
  fill(*source);
  ASSERT_TRUE(source->tracking().seal(at(50)));
  publish_one(source->box(), to_port("Unsealed"), at(60));
  const auto target = open(scratch.path() / "target");
  const auto copied = copy_store(*source, *target);
  ASSERT_TRUE(copied) << copied.error().to_string();
  EXPECT_EQ(copied->messages, 8U);
  EXPECT_EQ(copied->parts, 10U);
  EXPECT_EQ(copied->receive_keys, 1U);
  EXPECT_EQ(copied->artifacts, 1U);
  EXPECT_EQ(copied->access, 4U);
  EXPECT_EQ(copied->revisions, 1U);
  EXPECT_EQ(target->revisions().find(1).value(), source->revisions().find(1).value());
  EXPECT_EQ(target->access().audit_head().value(), source->access().audit_head().value());
  EXPECT_EQ(target->access().list(access::RecordKind::Session, "alice", {}, 9).value(),
            source->access().list(access::RecordKind::Session, {}, {}, 9).value());
  EXPECT_EQ(survey(*target->reader()).value(), *copied);
  const Counts counts = target->box().counts().value();
  EXPECT_EQ(counts.ready, source->box().counts()->ready);
  EXPECT_EQ(counts.scheduled, 1U);
  EXPECT_TRUE(target->tracking().verify({}, [](std::int64_t) { return true; })->head.size() == 32);
  EXPECT_EQ(target->memos().list("").value(), source->memos().list("").value());
  EXPECT_EQ(target->memos().list("expiry/")->size(), 1U) << "no warning is sent again";
  // It goes on where the original stood: the queue too.
  ASSERT_TRUE(target->box().release_all("", at(100)));
  EXPECT_EQ(claimed(target->box(), at(100)), claimed(source->box(), at(100)));
}

TEST(CopyStore, OnlyAnEmptyStoreIsFilled) {
  const ScratchFolder scratch;
  const auto source = open(scratch.path() / "source");
  fill(*source);
  const auto target = open(scratch.path() / "target");
  publish_one(target->box(), to_port("Out"), at(0));
  EXPECT_EQ(copy_store(*source, *target).error().code, kNotEmpty);
  EXPECT_EQ(target->box().list({})->size(), 1U);
}

TEST(CopyStore, WhatCannotBeReadIsNotCopied) {
  const ScratchFolder scratch;
  const auto source = open(scratch.path() / "source");
  fill(*source);
  spoil(any_file(scratch.path() / "source" / "bodies"), 5);
  const auto target = open(scratch.path() / "target");
  EXPECT_EQ(copy_store(*source, *target).error().code, kBodyDamaged);
  EXPECT_TRUE(target->box().list({})->empty());
}

TEST(CopyStore, CutShortItGoesOn) {
  const ScratchFolder scratch;
  fill(*open(scratch.path() / "source"));
  for (const std::string point : {"copy.messages-added", "copy.filled", "copy.memos-copied", "copy.log-copied"}) {
    SCOPED_TRACE(point);
    static std::string end_at;
    end_at = point;
    const pid_t child = ::fork();
    if (child == 0) {
      commit_point_hook = [](std::string_view name) {
        if (name == end_at) ::_exit(42);
      };
      const auto source = open(scratch.path() / "source");
      const auto target = open(scratch.path() / "target");
      ::_exit(copy_store(*source, *target) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 42);
    if (point == "copy.messages-added") {
      EXPECT_TRUE(open(scratch.path() / "target")->box().list({})->empty());
    }
  }
  const auto source = open(scratch.path() / "source");
  const auto target = open(scratch.path() / "target");
  const auto copied = copy_store(*source, *target);
  ASSERT_TRUE(copied) << copied.error().to_string();
  EXPECT_EQ(survey(*target->reader()).value(), *copied);
  EXPECT_EQ(target->tracking().state()->unsealed, source->tracking().state()->unsealed);
  EXPECT_EQ(target->memos().list("").value(), source->memos().list("").value());
}

}  // namespace
}  // namespace sealgate::store
