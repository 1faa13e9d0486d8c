// The keeper of the tracking log, over a store on disk.

#include "hosts/tracking_keeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "crypto/digest.h"
#include "hosts/tracking_ports.h"
#include "io/file.h"
#include "store/common/tests/suite/tracking_fixture.h"
#include "store/common/tracking/archive_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts {
namespace {

using namespace messaging;
using namespace store::testing_support;

class Keeper : public ::testing::Test {
 protected:
  Keeper() {
    store_ = std::move(*store::SqliteStore::open({.data = folder_.path() / "data"}, clock_));
    options_.archive = store::tracking::archive_folder(folder_.path() / "data");
    options_.is_keeper = [this] { return is_keeper_.load(); };
    options_.expired = [this] {
      TrackingPart part;
      part.before = clock_.now() - std::chrono::hours(1);
      return part;
    };
    options_.every = std::chrono::milliseconds(5);
  }

  void record(std::int64_t second) {
    append(store_->tracking_storage(), {record_at(second, TrackingEvent::Received, "m" + std::to_string(second))});
  }

  ManualClock clock_{at(100'000)};
  ScratchFolder folder_;
  std::unique_ptr<store::SqliteStore> store_;
  std::atomic<bool> is_keeper_{true};
  TrackingKeeperOptions options_;
};

TEST_F(Keeper, SealsWhatIsCommittedOnlyWhileItIsTheKeeper) {
  is_keeper_ = false;
  TrackingKeeper keeper(store_->tracking(), clock_, options_);
  record(1);
  keeper.start();
  EXPECT_EQ(store_->tracking().state()->unsealed, 1U);
  is_keeper_ = true;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (store_->tracking().state()->unsealed > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(store_->tracking().state()->unsealed, 0U);
  keeper.stop();
  record(2);
  TrackingKeeper next(store_->tracking(), clock_, options_);
  next.start();
  next.stop();  // the last ones are sealed, too
  EXPECT_EQ(store_->tracking().state()->unsealed, 0U);
  EXPECT_FALSE(store_->tracking().verify({}, {})->broken);
}

TEST_F(Keeper, WhatIsOldGoesToFilesThatProveThemselves) {
  TrackingKeeper keeper(store_->tracking(), clock_, options_);
  for (const std::int64_t second : {1, 2, 3}) {
    record(second);
    keeper.seal_once();
  }
  record(99'000);
  keeper.seal_once();
  keeper.retain_once();
  EXPECT_EQ(store_->tracking().search({})->records.size(), 1U);
  const std::string path = (options_.archive / "tracking-000000000001.jsonl.gz").string();
  const auto checked = store::tracking::check_archive_file(path);
  ASSERT_TRUE(checked) << checked.error().to_string();
  EXPECT_EQ(checked->archive.last, 3);
  EXPECT_EQ(checked->previous, Bytes(32));
  EXPECT_TRUE(store_->tracking().verify(checked->archive.hash, {})->anchored);
  const Bytes file = io::read_file(path).value();
  const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, file).value();
  EXPECT_EQ(as_text(io::read_file(path + ".sha256").value()),
            to_hex(digest.view()) + "  tracking-000000000001.jsonl.gz\n");
  keeper.retain_once();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(options_.archive), {}), 2) << "nothing new, no file";
  // Cut off or changed, the file does not prove anything.
  for (const std::size_t size : {std::size_t{0}, file.size() / 2, file.size() - 1}) {
    ASSERT_TRUE(io::write_file_atomically(path, ByteView(file).first(size), 0600));
    EXPECT_FALSE(store::tracking::check_archive_file(path));
  }
  Bytes longer = file;
  longer.push_back(0);
  ASSERT_TRUE(io::write_file_atomically(path, longer, 0600));
  EXPECT_FALSE(store::tracking::check_archive_file(path));
}

TEST_F(Keeper, WithoutAFolderForArchivesNothingIsCut) {
  TrackingKeeper keeper(store_->tracking(), clock_, options_);
  record(1);
  keeper.seal_once();
  std::ofstream(options_.archive) << "a file where the folder should be";
  keeper.retain_once();
  EXPECT_EQ(store_->tracking().search({})->records.size(), 1U);
}

TEST(UntrackedPorts, AreThoseThatSaySo) {
  artifacts::ArtifactSet set;
  artifacts::ReceivePort in;
  in.name = "In";
  in.tracking.events = false;
  artifacts::SendPort out;
  out.name = "Out";
  set.put(in);
  set.put(out);
  auto ports = untracked_ports(set);
  EXPECT_EQ(ports.receive, (std::set<std::string, std::less<>>{"In"}));
  EXPECT_TRUE(ports.send.empty());
  out.tracking.events = false;
  set.put(out);
  EXPECT_TRUE(untracked_ports(set).send.contains("Out"));
}

}  // namespace
}  // namespace sealgate::hosts
