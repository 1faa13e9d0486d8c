// FILE receive: what a location may be told besides its folder and masks.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/file/known_files.h"
#include "adapters/file/tests/file_receive_fixture.h"

namespace sealgate::adapters::file::tests {
namespace {

TEST_F(FileReceive, StableForCountsFromTheLastChangeWhateverEventsSay) {
  options_.stable_for = seconds(30);
  const auto adapter = receiver();
  adapter->poll_once();
  in_.write("a.xml", "1");  // closed, which alone would do
  EXPECT_EQ(adapter->poll_once().submitted, 0U);
  clock_.advance(seconds(29));
  in_.write("a.xml", "12");
  EXPECT_EQ(adapter->poll_once().submitted, 0U);
  clock_.advance(seconds(29));
  EXPECT_EQ(adapter->poll_once().waiting, 1U);
  clock_.advance(seconds(1));
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "12");
}

class FileMarker : public FileReceive {
 protected:
  FileMarker() { options_.names.marker = ".done"; }
};

TEST_F(FileMarker, AFileWaitsForItAndItGoesWithTheFile) {
  in_.write("a.xml", "a");
  in_.write("b.xml", "b");
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  in_.write("b.xml.done", "");
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(in_.names(), std::set<std::string>{"a.xml"});
  EXPECT_EQ(submitter_.stored.at(0).bytes, "b");
}

TEST_F(FileMarker, StaysWithAFileThatWasNotTaken) {
  in_.write("a.xml", "a");
  in_.write("a.xml.done", "");
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).failed, 1U);
  EXPECT_EQ(in_.names().size(), 2U);
  submitter_.commit_error.reset();
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileMarker, OneThatAKillLeftDoesNotVouchForTheNextFileOfItsName) {
  in_.write("a.xml.done", "");
  in_.write("b.xml.done", "");
  in_.write("b.xml", "b");
  in_.write(".done", "nobody's");
  const auto adapter = receiver();
  adapter->poll_once();
  EXPECT_EQ(in_.names(), (std::set<std::string>{"b.xml", "b.xml.done", ".done"}));
}

class FileHidden : public FileReceive {
 protected:
  FileHidden() { options_.rename_while_reading = true; }
};

TEST_F(FileHidden, NobodyFindsAFileThatIsRead) {
  in_.write("a.xml", "<order/>");
  std::set<std::string> seen;
  submitter_.on_write = [&] { seen = in_.names(); };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_TRUE(seen.begin()->starts_with(".sealgate-taken-") && seen.begin()->ends_with("-a.xml")) << *seen.begin();
  EXPECT_TRUE(submitter_.stored.at(0).request.identity_key.ends_with(":a.xml"));
  EXPECT_EQ(submitter_.stored.at(0).request.context[2].value, (in_.path() / "a.xml").string());
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileHidden, AFileThatWasNotTakenHasItsNameAgain) {
  in_.write("a.xml", "<order/>");
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).failed, 1U);
  EXPECT_EQ(in_.names(), std::set<std::string>{"a.xml"});
  submitter_.commit_error.reset();
  EXPECT_EQ(adapter->poll_once().submitted, 1U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileHidden, GivingANameBackVouchesForNothing) {
  in_.write("a.xml", "1");
  int reads = 0;
  submitter_.on_write = [&] {
    ++reads;
    std::ofstream(in_.path() / *in_.names().begin(), std::ios::app) << "grows";
  };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).waiting, 1U);
  for (int i = 0; i < 5; ++i) adapter->poll_once();
  EXPECT_LE(reads, 2) << "what its writer closed in between counts once";
  const int before = reads;
  for (int i = 0; i < 5; ++i) adapter->poll_once();
  EXPECT_EQ(reads, before) << "it was read over and over without anything new";
}

TEST_F(FileHidden, AnotherFileOfItsNameMeanwhileIsAMessageOfItsOwn) {
  in_.write("a.xml", "first");
  submitter_.on_write = [&] {
    submitter_.on_write = nullptr;
    in_.write("a.xml", "second");
  };
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(in_.read("a.xml"), "second");
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(1).bytes, "second");
}

TEST_F(FileHidden, ANameThatIsTakenMeanwhileIsWaitedFor) {
  in_.write("a.xml", "first");
  submitter_.commit_error = Error{{"test.too-large", ErrorClass::Policy}, "too large", {}, {}};
  submitter_.on_commit = [&] {
    submitter_.commit_error.reset();
    in_.write("a.xml", "second");
  };
  {
    const auto adapter = receiver();
    look_twice(*adapter);
    EXPECT_EQ(in_.names().size(), 2U) << "the first one keeps its hidden name";
    EXPECT_EQ(look_twice(*adapter).submitted, 1U);
    EXPECT_EQ(submitter_.stored.at(0).bytes, "second");
  }
  clock_.advance(seconds(120));
  const auto adapter = receiver();
  look_twice(*adapter);
  ASSERT_EQ(submitter_.stored.size(), 2U);
  EXPECT_EQ(submitter_.stored.at(1).bytes, "first");
}

TEST_F(FileHidden, WhatAnotherServiceReadsIsLeftToItHoweverLongItTakes) {
  const std::string hidden = ".sealgate-taken-1-5-a.xml";
  in_.write(hidden, "<order/>");
  const int reader = ::open((in_.path() / hidden).c_str(), O_RDONLY);
  ASSERT_EQ(::flock(reader, LOCK_EX), 0);
  clock_.advance(std::chrono::hours(1));
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).submitted, 0U);
  EXPECT_EQ(in_.names(), std::set<std::string>{hidden});
  ::close(reader);
  EXPECT_EQ(look_twice(*adapter).submitted + look_twice(*adapter).submitted, 1U);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, SeveralReadersTakeEachFileOnce) {
  options_.readers = 8;
  options_.batch_files = 64;
  for (int i = 0; i < 300; ++i) in_.write(std::to_string(i) + ".xml", std::to_string(i));
  const auto adapter = receiver();
  adapter->poll_once();
  clock_.advance(seconds(2));
  std::size_t submitted = 0;
  bool more = true;
  while (more) {
    const PollResult result = adapter->poll_once();
    submitted += result.submitted;
    more = result.more;
  }
  EXPECT_EQ(submitted, 300U);
  std::set<std::string> contents;
  for (const auto& stored : submitter_.stored) contents.insert(stored.bytes);
  EXPECT_EQ(contents.size(), 300U);
  EXPECT_EQ(submitter_.duplicates, 0);
  EXPECT_TRUE(in_.names().empty());
}

TEST_F(FileReceive, SeveralReadersStopAtTroubleOfTheStore) {
  options_.readers = 4;
  options_.batch_files = 64;
  for (int i = 0; i < 64; ++i) in_.write(std::to_string(i) + ".xml", "x");
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  const auto adapter = receiver();
  const std::size_t failed = look_twice(*adapter).failed;
  EXPECT_GE(failed, 1U);
  EXPECT_LE(failed, 4U) << "one for each reader at most";
  EXPECT_EQ(in_.names().size(), 64U);
  submitter_.commit_error.reset();
  EXPECT_EQ(adapter->poll_once().submitted, 64U) << "none has to settle again";
}

TEST_F(FileReceive, TroubleIsToldWhileTheFolderIsAway) {
  options_.folder = in_.path() / "in";
  const auto adapter = receiver();
  EXPECT_TRUE(adapter->trouble().empty());
  adapter->poll_once();
  EXPECT_NE(adapter->trouble().find("adapter.file.no-folder"), std::string::npos);
  std::filesystem::create_directory(options_.folder);
  adapter->poll_once();
  EXPECT_TRUE(adapter->trouble().empty());
}

TEST_F(FileReceive, FilesThatCannotBeTakenDoNotCrowdOutTheOthers) {
  // More than one listing holds, and older than the one that can be taken.
  const std::string blocked(1, 'x');
  submitter_.commit_error = Error{{"test.too-large", ErrorClass::Policy}, "too large", {}, {}};
  options_.first_backoff = std::chrono::hours(1);
  options_.longest_backoff = std::chrono::hours(1);
  options_.batch_files = 20'000;
  const timespec old[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  const auto folder = Folder::open(in_.path());
  for (int i = 0; i < 10'500; ++i) {
    const std::string name = std::to_string(i) + ".xml";
    if (i < 9'990) {
      in_.write(name, blocked);
    } else {
      in_.write(name, blocked);
      std::filesystem::permissions(in_.path() / name, std::filesystem::perms::owner_read);
    }
    ASSERT_EQ(::utimensat(folder->fd(), name.c_str(), old, 0), 0);
  }
  const auto adapter = receiver();
  EXPECT_EQ(look_twice(*adapter).refused, 9'990U);
  submitter_.commit_error.reset();
  in_.write("young.xml", "young");
  EXPECT_EQ(look_twice(*adapter).submitted, 1U);
  EXPECT_EQ(submitter_.stored.at(0).bytes, "young");
}

TEST(KnownFiles, AreBoundedAndForgottenWithTheirFiles) {
  FileReceiveOptions options;
  ManualClock clock{SystemClock().now()};
  KnownFiles known(options, clock);
  const auto entry = [](int number) { return FolderEntry{std::to_string(number), {1, 2, 3, 4}}; };
  for (int i = 0; i < 10'010; ++i) known.defer(entry(i));
  EXPECT_TRUE(known.is_deferred(entry(9'999)));
  EXPECT_FALSE(known.is_deferred(entry(10'005))) << "past the bound it is tried each time";
  EXPECT_FALSE(known.seen(entry(1)));
  EXPECT_TRUE(known.seen(entry(10'005)));
  known.end_listing();
  EXPECT_FALSE(known.seen(entry(1)));
  EXPECT_EQ(known.end_listing(), 1U);
  EXPECT_TRUE(known.is_deferred(entry(1)));
  EXPECT_FALSE(known.knows(entry(2))) << "the listing did not see it";
  known.defer(entry(10'005));
  EXPECT_TRUE(known.is_deferred(entry(10'005))) << "there is room again";
}

}  // namespace
}  // namespace sealgate::adapters::file::tests
