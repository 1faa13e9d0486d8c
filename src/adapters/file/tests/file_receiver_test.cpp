// FILE receive: what is taken, and when. Which file is which: file_identity_test.cpp.

#include "adapters/file/file_receiver.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "adapters/file/errors.h"
#include "adapters/file/folder.h"
#include "adapters/file/intake.h"
#include "adapters/file/removal.h"
#include "adapters/file/tests/file_receive_fixture.h"

namespace sealgate::adapters::file::tests {
namespace {

TEST_F(FileReceive, TakesAFileThatStandsStillAndRemovesIt) {
  in_.write("a.xml", "<order/>");
  const auto adapter = receiver();
  PollResult first = adapter->poll_once();
  EXPECT_EQ(first.submitted, 0U);
  EXPECT_EQ(first.waiting, 1U);
  EXPECT_EQ(adapter->poll_once().submitted, 0U) << "two looks in the same instant prove nothing";
  clock_.advance(seconds(2));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  ASSERT_EQ(submitter_.stored.size(), 1U);
  EXPECT_EQ(submitter_.stored[0].bytes, "<order/>");
  EXPECT_EQ(submitter_.stored[0].request.location, "Orders");
  EXPECT_TRUE(submitter_.stored[0].request.identity_key.starts_with("file:"));
  EXPECT_TRUE(submitter_.stored[0].request.identity_key.ends_with(":8:a.xml"));
  EXPECT_EQ(submitter_.stored[0].request.context[2].value, (in_.path() / "a.xml").string());
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, AClosedOrRenamedFileIsTakenAtOnce) {
  const auto adapter = receiver();
  adapter->poll_once();  // begins to watch
  in_.write("closed.xml", "1");
  in_.write("upload.part", "2");
  std::filesystem::rename(in_.path() / "upload.part", in_.path() / "renamed.xml");
  EXPECT_EQ(adapter->poll_once().submitted, 2U);
}

TEST_F(FileReceive, AFileThatIsBeingWrittenWaits) {
  const auto adapter = receiver();
  adapter->poll_once();
  std::ofstream writer(in_.path() / "a.xml");
  writer << "half" << std::flush;
  adapter->poll_once();
  clock_.advance(seconds(2));
  EXPECT_EQ(adapter->poll_once().waiting, 1U) << "it stands still, but somebody has it open for writing";
  writer << " and half" << std::flush;
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  writer.close();
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "half and half");
}

TEST_F(FileReceive, AGrowingFileStartsItsWaitAgain) {
  in_.write("a.xml", "1");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(2));
  // Appended before we watch closely: the stamp changed, so the wait begins anew unless inotify vouches for it.
  std::filesystem::rename(in_.path() / "a.xml", in_.path() / ".hidden");
  in_.write(".hidden", "123");
  ASSERT_EQ(::link((in_.path() / ".hidden").c_str(), (in_.path() / "a.xml").c_str()), 0);
  EXPECT_EQ(adapter->poll_once().submitted, 0U);
  clock_.advance(seconds(2));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "123");
}

TEST_F(FileReceive, AFileThatChangesWhileItIsReadIsNotSubmitted) {
  in_.write("a.xml", "first");
  submitter_.on_write = [&] { in_.write("a.xml", "second, longer"); };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  EXPECT_TRUE(submitter_.stored.empty());
  submitter_.on_write = nullptr;
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "second, longer");
}

TEST_F(FileReceive, AFailedCommitLeavesTheFile) {
  in_.write("a.xml", "<order/>");
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).failed, 1U);
  EXPECT_EQ(in_.read("a.xml"), "<order/>");
  submitter_.commit_error.reset();
  submitter_.begin_error = Error{kStoreDown, "the store is down", {}, {}};
  EXPECT_EQ(adapter->poll_once().failed, 1U) << "it need not settle again";
  submitter_.begin_error.reset();
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
}

TEST_F(FileReceive, AFileOverTheLimitHoldsUpNobody) {
  in_.write("a.xml", "too large");
  in_.write("b.xml", "<order/>");
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(2));
  submitter_.commit_error = Error{{"test.too-large", ErrorClass::Policy}, "too large", {}, {}};
  submitter_.on_commit = [&] { submitter_.commit_error.reset(); };
  const PollResult result = adapter->poll_once();
  EXPECT_EQ(result.refused, 1U);
  EXPECT_EQ(result.failed, 0U);
  EXPECT_EQ(result.submitted, 1U);
  EXPECT_EQ(in_.names(), std::set<std::string>{"a.xml"});
  EXPECT_EQ(adapter->poll_once().refused, 1U) << "its wait is not over";
  clock_.advance(seconds(2));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
}

TEST_F(FileReceive, SuspendedCountsAsTakenRejectedIsSetAside) {
  in_.write("a.xml", "suspended");
  submitter_.kind = SubmitKind::Suspended;
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_TRUE(in_.names().empty());
  in_.write("b.xml", "rejected");
  submitter_.kind = SubmitKind::Rejected;
  submitter_.message_id.clear();
  EXPECT_EQ(adapter->poll_once().set_aside, 1U);
  ASSERT_EQ(in_.names().size(), 1U);
  const std::string name = *in_.names().begin();
  EXPECT_TRUE(name.starts_with(".sealgate-rejected-") && name.ends_with("-b.xml")) << name;
  EXPECT_EQ(in_.read(name), "rejected");
  EXPECT_EQ(look_twice(*adapter).set_aside, 0U);
}

TEST_F(FileReceive, NeverTakesReservedNamesLinksFoldersOrReadOnlyFiles) {
  options_.names.masks = {"*"};
  TemporaryFolder secret;
  secret.write("passwd", "root");
  for (const char* name : {".hidden", "a.BTS-WIP", "b.tmp", "c.PART", "d.filepart", "~lock", ".sealgate-x.tmp"})
    in_.write(name, "x");
  in_.write("read-only", "x");
  std::filesystem::permissions(in_.path() / "read-only", std::filesystem::perms::owner_read);
  std::filesystem::create_symlink(secret.path() / "passwd", in_.path() / "link");
  std::filesystem::create_directory(in_.path() / "folder");
  ASSERT_EQ(::mkfifo((in_.path() / "pipe").c_str(), 0600), 0);
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  EXPECT_EQ(in_.names().size(), 11U);
  options_.skip_read_only = false;
  const auto willing = receiver();
  EXPECT_EQ(look_twice(*willing).submitted, 1U);
  EXPECT_EQ(secret.read("passwd"), "root");
}

TEST_F(FileReceive, ALockedFileWaits) {
  in_.write("a.xml", "x");
  const int fd = ::open((in_.path() / "a.xml").c_str(), O_RDONLY);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).waiting, 1U);
  ::close(fd);
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
}

TEST_F(FileReceive, AnEmptyFileIsRemovedButNotWhileSomebodyHasItOpen) {
  std::ofstream writer(in_.path() / "open.xml");
  in_.write("empty.xml", "");
  const auto adapter = receiver();
  const PollResult result = look_twice(*adapter);
  EXPECT_EQ(result.empty, 1U);
  EXPECT_EQ(in_.names(), std::set<std::string>{"open.xml"});
  writer << "content";
  writer.close();
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "content");
}

TEST_F(FileReceive, TakesTheOldestFirstInBatches) {
  const auto adapter = receiver();
  adapter->poll_once();
  options_.batch_files = 3;
  const auto batched = receiver();
  batched->poll_once();
  for (int i = 0; i < 8; ++i) {
    const std::string name = std::string(1, static_cast<char>('h' - i)) + ".xml";
    in_.write(name, name);
    const timespec times[2] = {{1'700'000'000 + i / 2, 0}, {1'700'000'000 + i / 2, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (in_.path() / name).c_str(), times, 0), 0);
  }
  PollResult result = batched->poll_once();
  EXPECT_EQ(result.submitted, 3U);
  EXPECT_TRUE(result.more);
  EXPECT_EQ(batched->poll_once().submitted, 3U);
  result = batched->poll_once();
  EXPECT_EQ(result.submitted, 2U);
  EXPECT_FALSE(result.more);
  std::string order;
  for (const auto& stored : submitter_.stored) order += stored.bytes[0];
  EXPECT_EQ(order, "ghefcdab") << "by time, equal times by name";
}

TEST_F(FileReceive, ABatchIsBoundedInBytesButNeverStuck) {
  options_.batch_bytes = 10;
  const auto adapter = receiver();
  adapter->poll_once();
  in_.write("a.xml", std::string(100, 'a'));
  in_.write("b.xml", "bbbb");
  in_.write("c.xml", "cccc");
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(adapter->poll_once().submitted, 2U);
}

TEST_F(FileReceive, TakesALargeFileWhole) {
  std::string content;
  for (int i = 0; i < 400'000; ++i) content += std::to_string(i) + "\n";
  in_.write("a.xml", content);
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, content);
}

TEST_F(FileReceive, AFolderMayVanishAndComeBack) {
  const auto folder = in_.path() / "in";
  std::filesystem::create_directory(folder);
  options_.folder = folder;
  const auto adapter = receiver();
  EXPECT_FALSE(adapter->poll_once().folder_lost);
  std::filesystem::remove(folder);
  EXPECT_TRUE(adapter->poll_once().folder_lost);
  EXPECT_TRUE(adapter->poll_once().folder_lost);
  std::filesystem::create_directory(folder);
  EXPECT_FALSE(adapter->poll_once().folder_lost);
  in_.write("in/a.xml", "x");
  EXPECT_EQ(adapter->poll_once().submitted, 1U) << "the new folder is watched";
}

TEST_F(FileReceive, AFileThatIsRemovedWhileItIsReadIsOneMessage) {
  in_.write("a.xml", "<order/>");
  submitter_.on_write = [&] { std::filesystem::remove(in_.path() / "a.xml"); };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U) << "all of it had been read";
  EXPECT_EQ(submitter_.stored.at(0).bytes, "<order/>");
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, AFileThatVanishesBetweenListingAndOpeningIsNoError) {
  options_.batch_files = 1;
  const auto adapter = receiver();
  adapter->poll_once();
  in_.write("a.xml", "x");
  in_.write("b.xml", "x");
  EXPECT_TRUE(adapter->poll_once().more);
  std::filesystem::remove(in_.path() / "b.xml");
  const PollResult result = adapter->poll_once();
  EXPECT_EQ(result.submitted + result.failed, 0U);
}

TEST_F(FileReceive, ItsThreadTakesWhatArrivesAndStops) {
  const SystemClock clock;
  options_.polling_interval = std::chrono::hours(1);  // only inotify can be so quick
  options_.settle_interval = milliseconds(20);
  in_.write("before.xml", "0");
  FileReceiver adapter(options_, submitter_, clock);
  ASSERT_TRUE(adapter.start());
  submitter_.wait_for(1);
  in_.write("after.part", "1");
  std::filesystem::rename(in_.path() / "after.part", in_.path() / "after.xml");
  submitter_.wait_for(2);
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  adapter.stop_accepting();
  adapter.stop(deadline);
  EXPECT_LT(std::chrono::steady_clock::now(), deadline);
  adapter.stop(deadline);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, StopGivesUpAFileAtTheDeadline) {
  const SystemClock clock;
  options_.settle_interval = milliseconds(1);
  in_.write("a.xml", std::string(2'000'000, 'x'));
  std::mutex mutex;
  std::condition_variable changed;
  bool reading = false;
  bool go_on = false;
  submitter_.on_write = [&] {
    std::unique_lock lock(mutex);
    reading = true;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
  };
  FileReceiver adapter(options_, submitter_, clock);
  ASSERT_TRUE(adapter.start());
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return reading; });
  }
  // The deadline is over already: whether stop() cuts the reading or finds the commit refused, the file must stay.
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  std::thread stopper([&] { adapter.stop(std::chrono::steady_clock::now()); });
  {
    const std::lock_guard lock(mutex);
    go_on = true;
    changed.notify_all();
  }
  stopper.join();
  EXPECT_TRUE(submitter_.stored.empty());
  EXPECT_EQ(in_.read("a.xml").size(), 2'000'000U);
}

TEST_F(FileReceive, RefusesFoldersThatAreNoPlace) {
  for (const char* folder : {"", "in", "./in", "/tmp/../etc"}) {
    options_.folder = folder;
    EXPECT_EQ(receiver()->start().error().code, kBadFolder) << folder;
  }
}

}  // namespace
}  // namespace sealgate::adapters::file::tests
