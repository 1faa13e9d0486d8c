// FILE receive: which file is which. The same file is never taken twice, another one under its name always is.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "adapters/file/folder.h"
#include "adapters/file/intake.h"
#include "adapters/file/removal.h"
#include "adapters/file/tests/file_receive_fixture.h"
#include "io/file.h"

namespace sealgate::adapters::file::tests {
namespace {

TEST_F(FileReceive, AFurtherNameOfTheSameFileIsAMessageOfItsOwn) {
  const TemporaryFolder archive;
  archive.write("x.xml", "<order/>");
  const auto drop = [&] { ASSERT_EQ(::link((archive.path() / "x.xml").c_str(), (in_.path() / "x.xml").c_str()), 0); };
  const auto adapter = receiver();
  adapter->poll_once();
  drop();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  drop();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.size(), 2U);
  EXPECT_EQ(submitter_.duplicates, 0);
}

TEST_F(FileReceive, RemovedFilesAreForgottenOnceABatchAndOnlyThen) {
  for (int i = 0; i < 5; ++i) in_.write(std::to_string(i) + ".xml", "<order/>");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 5U);
  EXPECT_EQ(submitter_.forgets, 1);
  look_twice(*adapter);
  EXPECT_EQ(submitter_.forgets, 1);
  submitter_.forget_error = Error{kStoreDown, "away", {}, {}};
  in_.write("6.xml", "<order/>");
  EXPECT_EQ(look_twice(*adapter).submitted, 1U) << "the file was taken all the same";
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, OnlyTheFileThatWasReadIsRemoved) {
  in_.write("a.xml", "read");
  const auto folder = Folder::open(in_.path());
  const FolderEntry read{"a.xml", stamp_of(*folder->status("a.xml"))};
  in_.write("new", "another");
  std::filesystem::rename(in_.path() / "new", in_.path() / "a.xml");
  EXPECT_EQ(remove_unchanged(*folder, read), Removal::Another);
  EXPECT_EQ(in_.names(), std::set<std::string>{"a.xml"});
  EXPECT_EQ(in_.read("a.xml"), "another");
  EXPECT_EQ(remove_unchanged(*folder, {"a.xml", stamp_of(*folder->status("a.xml"))}), Removal::Removed);
  EXPECT_TRUE(in_.names().empty());
  EXPECT_EQ(remove_unchanged(*folder, read), Removal::Removed) << "gone already";

  const std::string longest(251, 'x');
  in_.write(longest + ".xml", "read");
  EXPECT_EQ(remove_unchanged(*folder, {longest + ".xml", read.stamp}), Removal::Another);
  EXPECT_EQ(remove_unchanged(*folder, {longest + ".xml", stamp_of(*folder->status(longest + ".xml"))}),
            Removal::Removed);
}

std::string hidden_by(pid_t remover, const std::string& name) {
  return ".sealgate-taken-" + std::to_string(remover) + "-5-" + name;
}

/// Of a process that ran and has ended.
pid_t ended_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST_F(FileReceive, WhatAKilledServiceLeftHiddenIsTakenAtOnce) {
  in_.write(hidden_by(ended_process(), "a.xml"), "left");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, WhatARunningServiceHidIsLeftToItForAWhile) {
  in_.write(hidden_by(::getpid(), "a.xml"), "left");
  in_.write(hidden_by(::getpid(), "b.xml"), "its name is taken");
  in_.write("b.xml", "b");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U) << "it may be another service that is about to remove it";
  clock_.advance(seconds(60));
  EXPECT_EQ(look_twice(*adapter).submitted + look_twice(*adapter).submitted, 2U);
  EXPECT_EQ(submitter_.stored.size(), 3U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, AFileThatReplacesTheReadOneIsAMessageOfItsOwn) {
  in_.write("a.xml", "first");
  submitter_.on_write = [&] {
    in_.write("b.part", "second");
    std::filesystem::rename(in_.path() / "b.part", in_.path() / "a.xml");
  };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(in_.read("a.xml"), "second") << "the new file was removed unread";
  submitter_.on_write = nullptr;
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.size(), 2U);
}

TEST_F(FileReceive, ACrashBetweenCommitAndRemovalSubmitsOnce) {
  in_.write("a.xml", "<order/>");
  // What a kill leaves behind: committed, the same file still there.
  {
    const auto file = io::open_input((in_.path() / "a.xml").string());
    struct stat status {};
    ASSERT_EQ(::fstat(file->get(), &status), 0);
    SubmitRequest request;
    request.identity_key = identity_key({"a.xml", stamp_of(status)}, file->get());
    auto submission = submitter_.begin(request);
    ASSERT_TRUE((*submission)->commit());
  }
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.duplicates, 1);
  EXPECT_EQ(submitter_.stored.size(), 1U);
  EXPECT_TRUE(in_.names().empty());
}

/// When the file was created, in ns; 0 where the file system does not know.
std::int64_t born(const std::filesystem::path& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BTIME, &status) != 0) return 0;
  if ((status.stx_mask & STATX_BTIME) == 0) return 0;
  return status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec;
}

TEST_F(FileReceive, ACopyUnderTheSameNameAndTimesIsAMessageOfItsOwn) {
  const std::array<timespec, 2> then{{{1'700'000'000, 0}, {1'700'000'000, 0}}};
  const auto adapter = receiver();
  std::int64_t last = 0;
  for (int round = 0; round < 3; ++round) {
    // The clock of the file system ticks a few hundred times a second.
    do {
      std::filesystem::remove(in_.path() / "a.xml");
      in_.write("a.xml", "<order/>");
    } while (last != 0 && born(in_.path() / "a.xml") == last);
    last = born(in_.path() / "a.xml");
    ASSERT_EQ(::utimensat(AT_FDCWD, (in_.path() / "a.xml").c_str(), then.data(), 0), 0);
    EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  }
  if (last != 0) {
    EXPECT_EQ(submitter_.stored.size(), 3U);
  }
}

}  // namespace
}  // namespace sealgate::adapters::file::tests
