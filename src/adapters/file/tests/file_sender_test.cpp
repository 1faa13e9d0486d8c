// FILE send: names, copy modes, and one file for one delivery whatever happens in between.

#include "adapters/file/file_sender.h"

#include <sys/resource.h>
#include <sys/xattr.h>

#include <csignal>
#include <thread>

#include "adapters/common/file_name.h"
#include "adapters/common/tests/support.h"
#include "adapters/file/errors.h"
#include "adapters/file/placed_file.h"

namespace sealgate::adapters::file::tests {
namespace {

using adapters::tests::kStoreDown;
using adapters::tests::TemporaryFolder;
using adapters::tests::TestMessage;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(7) +
                  std::chrono::minutes(5) + std::chrono::seconds(9) + std::chrono::milliseconds(42);

class FileSend : public ::testing::Test {
 protected:
  FileSend() { options_.folder = out_.path(); }
  SendOutcome send(TestMessage& message) { return FileSender(options_, clock_).send(message); }

  TemporaryFolder out_;
  ManualClock clock_{kNow};
  FileSendOptions options_;
};

TEST_F(FileSend, WritesTheMessageUnderItsName) {
  TestMessage message;
  const SendOutcome outcome = send(message);
  ASSERT_EQ(outcome.kind, SendKind::Delivered) << outcome.error->to_string();
  EXPECT_EQ(out_.names(), std::set<std::string>{"0b1c2d3e-aaaa.xml"});
  EXPECT_EQ(out_.read("0b1c2d3e-aaaa.xml"), "<order/>");
  EXPECT_EQ(outcome.details.at(0).value, (out_.path() / "0b1c2d3e-aaaa.xml").string());
  struct stat status {};
  ASSERT_EQ(::stat((out_.path() / "0b1c2d3e-aaaa.xml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(FileSend, ASecondAttemptOfTheSameDeliveryMakesNoSecondFile) {
  for (const std::string pattern : {"%MessageID%.xml", "order.xml"}) {
    options_.file_name = pattern;
    TestMessage message;
    ASSERT_EQ(send(message).kind, SendKind::Delivered);
    const auto names = out_.names();
    EXPECT_EQ(send(message).kind, SendKind::Delivered);
    EXPECT_EQ(out_.names(), names);
    EXPECT_EQ(message.pumps, 1) << "it was there already";
  }
}

TEST_F(FileSend, ALaterAttemptMakesTheSameNameFromTheTime) {
  options_.file_name = "order-%datetime%.xml";
  TestMessage message;
  message.created_at = kNow;
  ASSERT_EQ(send(message).kind, SendKind::Delivered);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.names(), std::set<std::string>{"order-2026-11-21T070509.xml"});
  EXPECT_EQ(message.pumps, 1);
  TestMessage other;
  other.delivery = "another delivery of the same second";
  other.created_at = kNow;
  EXPECT_EQ(send(other).kind, SendKind::Delivered);
  EXPECT_TRUE(out_.names().contains("order-2026-11-21T080509.xml"));
}

TEST_F(FileSend, CreateNewNeverReplacesAnothersFile) {
  options_.file_name = "order.xml";
  out_.write("order.xml", "theirs");
  TestMessage message;
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kExists);
  EXPECT_EQ(out_.read("order.xml"), "theirs");
  // Two send ports with one folder and one pattern: two deliveries of one message.
  options_.file_name = "%MessageID%.xml";
  TestMessage other;
  other.delivery = "0b1c2d3e-aaaa.other-port";
  ASSERT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(send(other).error->code, kExists);
  // It came between our look and our rename.
  options_.file_name = "late.xml";
  TestMessage racing;
  racing.before_block = [&](std::size_t) -> Result<> {
    out_.write("late.xml", "theirs");
    return {};
  };
  EXPECT_EQ(send(racing).error->code, kExists);
  EXPECT_EQ(out_.read("late.xml"), "theirs");
  EXPECT_EQ(out_.names(), (std::set<std::string>{"order.xml", "late.xml", "0b1c2d3e-aaaa.xml"}))
      << "no temporary file";
}

TEST_F(FileSend, NobodySeesHalfAFile) {
  TestMessage message;
  message.before_block = [&](std::size_t) -> Result<> {
    for (const std::string& name : out_.names()) EXPECT_EQ(name, temporary_name(message.delivery));
    return {};
  };
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
}

TEST_F(FileSend, AFailedAttemptLeavesNothingAndALeftoverIsReplaced) {
  TestMessage message;
  message.before_block = [](std::size_t at) -> Result<> {
    if (at > 0) return fail(kStoreDown, "the store is down");
    return {};
  };
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kStoreDown);
  EXPECT_TRUE(out_.names().empty());
  out_.write(temporary_name(message.delivery), "left by a kill, longer than the message itself");
  message.before_block = nullptr;
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("0b1c2d3e-aaaa.xml"), "<order/>");
  EXPECT_EQ(out_.names().size(), 1U);
}

TEST_F(FileSend, ALeftoverThatIsASecondNameOfAFileDoesNotDamageIt) {
  out_.write("theirs.xml", "precious");
  TestMessage message;
  std::filesystem::create_hard_link(out_.path() / "theirs.xml", out_.path() / temporary_name(message.delivery));
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("theirs.xml"), "precious");
}

TEST_F(FileSend, WritesInATemporaryFolder) {
  const TemporaryFolder elsewhere;
  options_.temporary_folder = elsewhere.path();
  for (const CopyMode mode : {CopyMode::CreateNew, CopyMode::Overwrite}) {
    options_.copy_mode = mode;
    TestMessage message;
    message.message = mode == CopyMode::Overwrite ? "over" : "new";
    message.before_block = [&](std::size_t) -> Result<> {
      EXPECT_EQ(elsewhere.names(), std::set<std::string>{temporary_name(message.delivery)});
      EXPECT_FALSE(out_.names().contains(temporary_name(message.delivery)));
      return {};
    };
    EXPECT_EQ(send(message).kind, SendKind::Delivered);
    EXPECT_EQ(out_.read(message.message + ".xml"), "<order/>");
    EXPECT_TRUE(elsewhere.names().empty());
  }
  options_.temporary_folder = elsewhere.path() / "missing";
  TestMessage message;
  message.message = "later";
  const SendOutcome outcome = send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kNoFolder);
}

TEST_F(FileSend, MakesItsFolderOnlyWhereTold) {
  options_.folder = out_.path() / "a" / "b";
  TestMessage message;
  EXPECT_EQ(send(message).error->code, kNoFolder);
  EXPECT_TRUE(out_.names().empty());
  options_.create_folder = true;
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("a/b/0b1c2d3e-aaaa.xml"), "<order/>");
  out_.write("file", "not a folder");
  options_.folder = out_.path() / "file" / "b";
  TestMessage other;
  EXPECT_EQ(send(other).error->code, kNoFolder);
}

TEST_F(FileSend, OverwriteReplacesAsAWhole) {
  options_.copy_mode = CopyMode::Overwrite;
  options_.file_name = "order.xml";
  out_.write("order.xml", "a much longer content than the new one");
  TestMessage message;
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("order.xml"), "<order/>");
  EXPECT_EQ(out_.names().size(), 1U);
}

TEST_F(FileSend, LinksAreNotFollowed) {
  TemporaryFolder elsewhere;
  elsewhere.write("target", "precious");
  for (const CopyMode mode : {CopyMode::CreateNew, CopyMode::Overwrite, CopyMode::Append}) {
    options_.copy_mode = mode;
    options_.file_name = "link";
    std::filesystem::remove(out_.path() / "link");
    std::filesystem::create_symlink(elsewhere.path() / "target", out_.path() / "link");
    TestMessage message;
    send(message);
    EXPECT_EQ(elsewhere.read("target"), "precious");
  }
}

class FileAppend : public FileSend {
 protected:
  FileAppend() {
    options_.copy_mode = CopyMode::Append;
    options_.file_name = "all.txt";
  }
  SendOutcome send_line(const std::string& bytes, const std::string& delivery) {
    TestMessage line;
    line.bytes = bytes;
    line.delivery = delivery;
    return send(line);
  }
};

TEST_F(FileAppend, AddsEachDeliveryOnce) {
  EXPECT_EQ(send_line("one\n", "d1").kind, SendKind::Delivered);
  EXPECT_EQ(send_line("one\n", "d1").kind, SendKind::Delivered);
  EXPECT_EQ(send_line("two\n", "d2").kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("all.txt"), "one\ntwo\n");
}

TEST_F(FileAppend, AHalfAppendedMessageIsCutOff) {
  ASSERT_EQ(send_line("one\n", "d1").kind, SendKind::Delivered);
  TestMessage broken;
  broken.bytes = "broken message\n";
  broken.delivery = "d2";
  broken.before_block = [](std::size_t at) -> Result<> {
    if (at > 4) return fail(kStoreDown, "the store is down");
    return {};
  };
  EXPECT_EQ(send(broken).kind, SendKind::RetryLater);
  EXPECT_EQ(out_.read("all.txt"), "one\n");
  // The same by a kill: half a message, and the mark that says so.
  std::ofstream(out_.path() / "all.txt", std::ios::app) << "bro";
  const std::string mark = "writing 4 d2";
  ASSERT_EQ(::setxattr((out_.path() / "all.txt").c_str(), "user.sealgate.append", mark.data(), mark.size(), 0), 0);
  EXPECT_EQ(send_line("three\n", "d3").kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("all.txt"), "one\nthree\n");
}

TEST_F(FileAppend, NonsenseInTheMarkDoesNotCutTheFile) {
  ASSERT_EQ(send_line("one\n", "d1").kind, SendKind::Delivered);
  for (const std::string mark :
       {"", "writing", "writing x y", "writing 999999999999999999999999 d", "done", "writing  d"}) {
    ::setxattr((out_.path() / "all.txt").c_str(), "user.sealgate.append", mark.data(), mark.size(), 0);
    const std::string before = out_.read("all.txt");
    EXPECT_EQ(send_line("more\n", "d-" + mark).kind, SendKind::Delivered);
    EXPECT_EQ(out_.read("all.txt").substr(0, 4), "one\n") << mark;
  }
}

TEST_F(FileAppend, ManyAtOnceDoNotMix) {
  std::vector<std::thread> threads;
  threads.reserve(10);
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_EQ(send_line(std::string(999, static_cast<char>('a' + i)) + "\n", "d" + std::to_string(i)).kind,
                SendKind::Delivered);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(out_.read("all.txt"));
  std::string line;
  std::set<char> seen;
  while (std::getline(lines, line)) {
    EXPECT_EQ(line, std::string(999, line.at(0)));
    seen.insert(line.at(0));
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST_F(FileSend, NamesWhatOnlyAnOperatorCanMend) {
  TestMessage message;
  options_.file_name = "a/b";
  EXPECT_EQ(send(message).kind, SendKind::PermanentFailure);
  options_.file_name = "order.xml";
  options_.folder = out_.path() / "missing";
  const SendOutcome missing = send(message);
  EXPECT_EQ(missing.kind, SendKind::RetryLater) << "a share may come back";
  EXPECT_EQ(missing.error->code, kNoFolder);
  options_.folder = out_.path();
  std::filesystem::create_directory(out_.path() / "order.xml");
  for (const CopyMode mode : {CopyMode::CreateNew, CopyMode::Overwrite, CopyMode::Append}) {
    options_.copy_mode = mode;
    EXPECT_EQ(send(message).kind, SendKind::RetryLater);
  }
  EXPECT_EQ(out_.names().size(), 1U);
}

TEST_F(FileSend, CancelEndsARunningDelivery) {
  FileSender sender(options_, clock_);
  TestMessage message;
  message.before_block = [&](std::size_t at) -> Result<> {
    if (at > 0) sender.cancel();
    return {};
  };
  const SendOutcome outcome = sender.send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kCancelled);
  EXPECT_TRUE(out_.names().empty());
}

/// Limits the size of files of this process: writing past it fails as on a full disk, without needing one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    old_ = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, old_);
  }

 private:
  rlimit before_{};
  void (*old_)(int);
};

TEST_F(FileSend, AWriteThatFailsLeavesNothing) {
  TestMessage message;
  message.bytes = std::string(10'000, 'x');
  {
    const FileSizeLimit limit(5'000);
    EXPECT_EQ(send(message).kind, SendKind::RetryLater);
    EXPECT_TRUE(out_.names().empty());
    options_.copy_mode = CopyMode::Append;
    options_.file_name = "all.txt";
    EXPECT_EQ(send(message).kind, SendKind::RetryLater);
    EXPECT_EQ(out_.read("all.txt"), "");
  }
  EXPECT_EQ(send(message).kind, SendKind::Delivered);
  EXPECT_EQ(out_.read("all.txt"), message.bytes);
}

}  // namespace
}  // namespace sealgate::adapters::file::tests
